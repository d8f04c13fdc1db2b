import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { claim, markDone, releaseClaims, releaseOrphans, rescueClaims } from '../src/index.ts';
import { one, openTaskTable, type TaskTable } from './task-table.ts';

jest.setTimeout(60_000);

let table: TaskTable;
beforeAll(async () => {
  table = await openTaskTable();
});
beforeEach(() => table.empty());
afterAll(() => table.drop());

const ids = (jobs: ReadonlyArray<{ taskId: string }>) => jobs.map((job) => job.taskId).sort();

describe('what a worker gives back', () => {
  test('is all it holds and nothing of others, due at once, without a try counted', async () => {
    const [me, other] = [randomUUID(), randomUUID()];
    const mine = [await table.claimed('submit', me), await table.claimed('poll', me), await table.claimed('store', me)];
    const theirs = await table.claimed('poll', other);
    const jobs = await releaseClaims(table.db, me, null);
    expect(ids(jobs)).toEqual(ids(mine));
    for (const held of mine) {
      expect(jobs).toContainEqual({
        taskId: held.taskId,
        stage: held.stage,
        generation: 1,
        dispatch: held.dispatch + 1,
        attempt: 1,
        delayMs: 0,
      });
      expect(await table.row(held.taskId)).toMatchObject({ claimed_by: null, attempt: 0, due_at: expect.any(Date) });
      expect((await table.events(held.taskId)).at(-1)).toMatchObject({ type: 'released', stage: held.stage });
    }
    expect(await table.row(theirs.taskId)).toMatchObject({ claimed_by: other });
  });

  test('can be limited to stages', async () => {
    const me = randomUUID();
    const submit = await table.claimed('submit', me);
    const poll = await table.claimed('poll', me);
    expect(ids(await releaseClaims(table.db, me, ['poll', 'store']))).toEqual([poll.taskId]);
    expect(await table.row(submit.taskId)).toMatchObject({ claimed_by: me });
  });

  test('is fenced off: the late answer of the old claim changes nothing', async () => {
    const mine = await table.claimed('store');
    const [job] = await releaseClaims(table.db, mine.workerId, null);
    expect(await markDone(table.db, mine, { raw: Buffer.from('{}'), pageCount: 1, plainText: '' })).toBe(false);
    expect(await claim(table.db, one([job]), randomUUID())).not.toBeNull();
  });

  test('leaves out what it works on, when it looks for claims that nothing works on', async () => {
    const me = randomUUID();
    const working = await table.claimed('poll', me);
    const orphan = await table.claimed('poll', me);
    const theirs = await table.claimed('poll');
    expect(ids(await releaseOrphans(table.db, me, (ref) => ref.taskId === working.taskId))).toEqual([orphan.taskId]);
    expect(await table.row(working.taskId)).toMatchObject({ claimed_by: me });
    expect(await table.row(theirs.taskId)).toMatchObject({ claimed_by: theirs.workerId });
    expect(await releaseOrphans(table.db, me, () => true)).toEqual([]);
  });
});

describe('what dead workers held', () => {
  test('is taken from them, and from nobody else', async () => {
    const [dead, gone, alive] = [randomUUID(), randomUUID(), randomUUID()];
    const held = [await table.claimed('submit', dead), await table.claimed('store', gone)];
    const kept = await table.claimed('poll', alive);
    expect(ids(await rescueClaims(table.db, [dead, gone], 100))).toEqual(ids(held));
    expect((await table.events(one(held.slice(0, 1)).taskId)).at(-1)).toMatchObject({ type: 'rescued' });
    expect(await table.row(kept.taskId)).toMatchObject({ claimed_by: alive });
    expect(await rescueClaims(table.db, [dead, gone], 100)).toEqual([]);
  });

  test('is nothing when nobody is dead', async () => {
    await table.claimed('poll');
    expect(await rescueClaims(table.db, [], 100)).toEqual([]);
  });

  test('is taken in batches', async () => {
    const dead = randomUUID();
    for (let i = 0; i < 5; i++) await table.claimed('submit', dead);
    const batches = [2, 2, 2, 2].map(() => rescueClaims(table.db, [dead], 2));
    const sizes = (await Promise.all(batches)).map((jobs) => jobs.length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(2);
  });

  test('is taken once by several rescuers at a time', async () => {
    const dead = randomUUID();
    const held = await Promise.all(Array.from({ length: 10 }, () => table.claimed('submit', dead)));
    const jobs = (await Promise.all([1, 2, 3, 4].map(() => rescueClaims(table.db, [dead], 100)))).flat();
    expect(ids(jobs)).toEqual(ids(held));
    const events = await table.rows(`select count(*)::int as n from task_events where type = 'rescued'`);
    expect(events).toEqual([{ n: 10 }]);
  });

  test('is left to whoever has the row locked', async () => {
    const mine = await table.claimed('poll');
    const client = await table.pool.connect();
    try {
      await client.query('begin');
      await client.query('select 1 from tasks where id = $1 for update', [mine.taskId]);
      expect(await rescueClaims(table.db, [mine.workerId], 100)).toEqual([]);
    } finally {
      await client.query('rollback');
      client.release();
    }
    expect(ids(await rescueClaims(table.db, [mine.workerId], 100))).toEqual([mine.taskId]);
  });
});
