import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { cancel, markDone, releaseClaims, releaseOrphans, rescueClaims, retry } from '../src/index.ts';
import { claim, markOcrEnded } from './one-task.ts';
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
        page: null,
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
    expect(await markDone(table.db, mine, { raw: Buffer.from('{}'), pageCount: 1, plainText: '' })).toBeNull();
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

  test('is suspect where a result was in hand, however often, and nowhere else', async () => {
    const [dead, next] = [randomUUID(), randomUUID()];
    const others = [await table.claimed('submit', dead), await table.claimed('poll', dead)];
    const suspect = await table.claimed('store', dead);
    const jobs = await rescueClaims(table.db, [dead], 100);
    for (const { taskId } of others) {
      expect(await table.row(taskId)).toMatchObject({ crashes: 0 });
      expect((await table.events(taskId)).at(-1)).toMatchObject({ type: 'rescued', data: {} });
    }
    expect((await table.events(suspect.taskId)).at(-1)).toMatchObject({ type: 'rescued', data: { crashes: 1 } });
    const again = await claim(table.db, one(jobs.filter(({ taskId }) => taskId === suspect.taskId)), next);
    expect(again).toMatchObject({ crashes: 1, attempt: 1 });
    await rescueClaims(table.db, [next], 100);
    expect((await table.events(suspect.taskId)).at(-1)).toMatchObject({ type: 'rescued', data: { crashes: 2 } });
  });

  test('is not suspect where the worker lives or stops by itself', async () => {
    const me = randomUUID();
    const mine = await table.claimed('store', me);
    const [job] = await releaseClaims(table.db, me, null);
    expect(await claim(table.db, one([job]), me)).toMatchObject({ crashes: 0 });
    await releaseOrphans(table.db, me, () => false);
    expect(await table.row(mine.taskId)).toMatchObject({ claimed_by: null, crashes: 0 });
  });

  test('is suspect no more when there is another result: of a new OCR job, or a new run', async () => {
    const polling = await table.claimed('poll');
    const { taskId } = polling;
    await table.rows('update tasks set crashes = 3 where id = $1', [taskId]);
    await markOcrEnded(table.db, polling, { cursor: 1, donePages: 1, totalPages: 1 });
    expect(await table.row(taskId)).toMatchObject({ stage: 'store', crashes: 0 });
    await table.rows('update tasks set crashes = 3 where id = $1', [taskId]);
    await cancel(table.db, taskId);
    await retry(table.db, taskId, 60_000);
    expect(await table.row(taskId)).toMatchObject({ stage: 'submit', crashes: 0 });
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
