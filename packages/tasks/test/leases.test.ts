import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { deadWorkers, heartbeat, LEASE_MS, pruneWorkers, removeWorker } from '../src/index.ts';
import { one, openTaskTable, type TaskTable } from './task-table.ts';

jest.setTimeout(60_000);

let table: TaskTable;
beforeAll(async () => {
  table = await openTaskTable();
});
beforeEach(() => table.empty());
afterAll(() => table.drop());

async function beat(id: string): Promise<boolean> {
  const { text, values } = heartbeat({ id, hostname: 'host-1', pid: 4711 });
  return one(await table.rows(text, values))['held'];
}

/** Cut to milliseconds, since the column would round up, to what is not over yet. */
const silentFor = (id: string, ms: number) =>
  table.rows(
    `update workers set heartbeat_at = date_trunc('milliseconds', now()) - $2 * interval '1 ms' where id = $1`,
    [id, ms],
  );

describe('a lease', () => {
  test('is not held before the first beat, and held from then on', async () => {
    const id = randomUUID();
    expect(await beat(id)).toBe(false);
    expect(await beat(id)).toBe(true);
    expect(await deadWorkers(table.db)).toEqual([]);
  });

  test('of one second less than its length is alive', async () => {
    const id = randomUUID();
    await beat(id);
    await silentFor(id, LEASE_MS - 1_000);
    expect(await deadWorkers(table.db)).toEqual([]);
    expect(await beat(id)).toBe(true);
  });

  test('that has run out is dead, and its own next beat says so', async () => {
    const id = randomUUID();
    await beat(id);
    await silentFor(id, LEASE_MS);
    expect(await deadWorkers(table.db)).toEqual([id]);
    expect(await beat(id)).toBe(false);
    expect(await deadWorkers(table.db)).toEqual([]);
  });

  test('of a worker that holds a task without being registered is dead', async () => {
    const id = randomUUID();
    await table.claimed('poll', id);
    await table.claimed('submit', id);
    expect(await deadWorkers(table.db)).toEqual([id]);
  });

  test('ends when the worker goes', async () => {
    const id = randomUUID();
    await beat(id);
    await removeWorker(table.db, id);
    expect(await table.rows('select * from workers')).toEqual([]);
  });
});

describe('pruning', () => {
  test('removes workers that are long dead and hold nothing', async () => {
    const [alive, dead, holding] = [randomUUID(), randomUUID(), randomUUID()];
    for (const id of [alive, dead, holding]) await beat(id);
    for (const id of [dead, holding]) await silentFor(id, LEASE_MS * 6);
    await table.claimed('poll', holding);
    await pruneWorkers(table.db);
    const left = (await table.rows('select id from workers')).map((row) => row['id']);
    expect(left.sort()).toEqual([alive, holding].sort());
  });
});
