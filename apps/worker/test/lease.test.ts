import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { deadWorkers, LEASE_MS } from '@ocrelay/tasks';
import { createLogger } from '@ocrelay/telemetry';
import { type OpenTestDatabase, openTestDatabase } from '../../../test/support/database.ts';
import { proxyTo, type TcpProxy } from '../../../test/support/tcp-proxy.ts';
import { waitFor } from '../../../test/support/wait-for.ts';
import { holdLease, type Lease } from '../src/lease.ts';

const log = createLogger({ name: 'test', level: 'silent', format: 'json' });

let database: OpenTestDatabase;
let proxy: TcpProxy;
let id: string;
let lease: Lease;
beforeEach(async () => {
  database = await openTestDatabase();
  proxy = await proxyTo(database.url);
  id = randomUUID();
  lease = holdLease(proxy.url, { id, hostname: 'host-1', pid: 4711 }, log);
  await lease.registered;
});
afterEach(async () => {
  await lease.stop();
  await proxy.cut();
  await database.drop();
});

const rows = async (statement: string) => (await database.pool.query(statement, [id])).rows;
const lastBeat = async () => (await rows('select heartbeat_at from workers where id = $1'))[0]?.heartbeat_at as Date;
/** As if the worker had been silent for longer than its lease. */
const runOut = () => rows(`update workers set heartbeat_at = now() - interval '${LEASE_MS} ms' where id = $1`);
const lost = (signal: AbortSignal) => waitFor('the lease to be lost', () => signal.aborted);
/** Whether it would be settled so much later, if it went on as it does now. */
function isSettledIn(ms: number): boolean {
  const later = performance.now() + ms;
  const clock = jest.spyOn(performance, 'now').mockReturnValue(later);
  try {
    return lease.isSettled();
  } finally {
    clock.mockRestore();
  }
}

describe('a lease', () => {
  test('is held from the first beat, and with each further one', async () => {
    const signal = lease.signal();
    const first = await lastBeat();
    await waitFor('another beat', async () => (await lastBeat()) > first);
    expect(signal.aborted).toBe(false);
    expect(lease.signal()).toBe(signal);
    await lease.held(new AbortController().signal);
    expect(await deadWorkers(database.db)).toEqual([]);
  });

  test('is lost when the database counts it as run out, and another one is held from that beat on', async () => {
    const before = lease.signal();
    await runOut();
    await lost(before);
    expect(String(before.reason)).toMatch(/lease is lost: the database counts it as run out/);
    await waitFor('another lease', () => lease.signal() !== before);
    expect(lease.signal().aborted).toBe(false);
    expect(await deadWorkers(database.db)).toEqual([]);
  });

  test('is lost when the database cannot be reached, before others may take the tasks up; regained when it can', async () => {
    const before = lease.signal();
    await proxy.cut();
    await lost(before);
    expect(String(before.reason)).toMatch(/the database cannot be reached/);
    expect(await deadWorkers(database.db)).toEqual([]);
    expect(lease.signal()).toBe(before);
    expect(isSettledIn(1_000 * LEASE_MS)).toBe(false);

    const stopping = new AbortController();
    const whenStopping = lease.held(stopping.signal);
    const whenRegained = lease.held(new AbortController().signal);
    stopping.abort();
    await whenStopping;
    expect(lease.signal().aborted).toBe(true);

    await proxy.mend();
    await whenRegained;
    expect(lease.signal().aborted).toBe(false);
  });
});

test('it is settled after a full lease of beating, and after a loss only after another one', async () => {
  expect(lease.isSettled()).toBe(false);
  expect(isSettledIn(LEASE_MS)).toBe(true);
  const before = lease.signal();
  await runOut();
  await lost(before); // by the next beat, 2 s after the first
  expect(isSettledIn(LEASE_MS - 1_000)).toBe(false);
  expect(isSettledIn(LEASE_MS)).toBe(true);
});

test('once stopped it beats no more: the worker stays away when it was removed', async () => {
  await lease.stop();
  const beating = `select from pg_stat_activity where datname = current_database() and application_name like '%heartbeat%'`;
  await waitFor('the connection to end', async () => (await database.pool.query(beating)).rowCount === 0);
});
