import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { applyStep, findClaim, type JobRef } from '../../src/index.ts';
import { claim } from '../one-task.ts';
import { DAY_MS, one, openTaskTable, type TaskTable } from '../task-table.ts';
import { FAIL, ref } from './examples.ts';

let table: TaskTable;
beforeAll(async () => {
  table = await openTaskTable();
});
beforeEach(() => table.empty());
afterAll(() => table.drop());

describe('a claim', () => {
  test('gives the row as it then stands, with the clock of the database', async () => {
    const job = await table.queued();
    const workerId = randomUUID();
    const mine = one([await claim(table.db, job, workerId)]);
    const [clock] = await table.rows('select clock_timestamp() as now');
    expect(mine).toMatchObject({
      ...ref(job),
      workerId,
      attempt: 1,
      waits: 0,
      submissions: 1,
      imagePath: 'ab/cd/invoice.png',
    });
    expect(Math.abs(clock?.['now'] - mine.now.getTime())).toBeLessThan(60_000);
    expect(mine.deadlineAt.getTime() - mine.now.getTime()).toBeGreaterThan(DAY_MS - 60_000);
    expect(await table.row(job.taskId)).toMatchObject({ claimed_by: workerId, due_at: null, attempt: 1 });
  });

  test('is found again by the worker that holds it, by no other', async () => {
    const mine = await table.claimed('poll');
    expect(await findClaim(table.db, mine, mine.workerId)).toMatchObject(ref(mine));
    expect(await findClaim(table.db, mine, randomUUID())).toBeNull();
    expect(await findClaim(table.db, { ...mine, dispatch: 99 }, mine.workerId)).toBeNull();
  });

  test('is got by one of twenty workers', async () => {
    const job = await table.queued();
    const claims = await Promise.all(Array.from({ length: 20 }, () => claim(table.db, job, randomUUID())));
    expect(claims.filter((c) => c !== null)).toHaveLength(1);
    expect(await table.row(job.taskId)).toMatchObject({ attempt: 1, submissions: 1 });
  });

  test.each<[string, (job: JobRef) => JobRef]>([
    ['an earlier run', (job) => ({ ...job, generation: job.generation - 1 })],
    ['a later run', (job) => ({ ...job, generation: job.generation + 1 })],
    ['an earlier dispatch', (job) => ({ ...job, dispatch: job.dispatch - 1 })],
    ['another stage', (job) => ({ ...job, stage: 'poll' })],
    ['another task', (job) => ({ ...job, taskId: randomUUID() })],
  ])('is refused to a job of %s', async (_which, alter) => {
    const job = await table.queued();
    const before = await table.everything(job.taskId);
    expect(await claim(table.db, alter(job), randomUUID())).toBeNull();
    expect(await table.everything(job.taskId)).toEqual(before);
  });

  test('is refused when the task has ended', async () => {
    const mine = await table.claimed('submit');
    await applyStep(table.db, mine, FAIL);
    expect(await claim(table.db, mine, randomUUID())).toBeNull();
  });

  test('of the submit stage counts a submission, of the others none', async () => {
    expect((await table.claimed('submit')).submissions).toBe(1);
    expect((await table.claimed('store')).submissions).toBe(1);
  });
});
