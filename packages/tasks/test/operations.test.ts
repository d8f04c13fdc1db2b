import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type pg from 'pg';
import { waitFor } from '../../../test/support/wait-for.ts';
import {
  anyToRetry,
  applyStep,
  BEFORE_ALL,
  type Claim,
  cancel,
  deleteTask,
  expireDeadlines,
  findResult,
  goRound,
  markDone,
  type NextStep,
  type RetryFilter,
  releaseClaims,
  retry,
  retryBatch,
  staleSteps,
  start,
} from '../src/index.ts';
import { claim, markOcrEnded, markSubmitted, saveProgress } from './one-task.ts';
import { DAY_MS, NO_PROGRESS, one, openTaskTable, type TaskTable } from './task-table.ts';

jest.setTimeout(60_000);

let table: TaskTable;
beforeAll(async () => {
  table = await openTaskTable();
});
beforeEach(() => table.empty());
afterAll(() => table.drop());

const STAGES = ['submit', 'poll', 'store'] as const;
const FAIL: NextStep = { kind: 'fail', code: 'ocr_rejected', message: 'not an image' };
const WAIT: NextStep = { kind: 'wait', inMs: 30_000, code: 'ocr_unavailable', message: 'refused' };
const RETRY: NextStep = { kind: 'retry', inMs: 30_000, code: 'ocr_bad_response', message: 'no JSON' };
const READING = { raw: Buffer.from('{"pages":[]}'), pageCount: 2, plainText: 'Invoice' };
const JOB = { jobId: 'ocr-2', endpoint: 'http://other.test' };
const ref = ({ taskId, stage, generation, dispatch }: Claim) => ({ taskId, stage, generation, dispatch });

async function everything(taskId: string) {
  const task = (await table.rows('select * from tasks where id = $1', [taskId]))[0];
  const results = await table.rows('select * from ocr_results where task_id = $1', [taskId]);
  return { task, events: await table.events(taskId), results };
}
async function failed(step: NextStep = FAIL): Promise<string> {
  const mine = await table.claimed('poll');
  await applyStep(table.db, mine, step);
  return mine.taskId;
}
async function done(): Promise<string> {
  const mine = await table.claimed('store');
  await markDone(table.db, mine, READING);
  return mine.taskId;
}
async function cancelled(): Promise<string> {
  const id = await table.uploaded();
  await cancel(table.db, id);
  return id;
}

/** All that a worker can do with a claim. True: it moved. */
const EDGES: ReadonlyArray<
  readonly [name: string, stage: (typeof STAGES)[number], edge: (of: Claim) => Promise<boolean>]
> = [
  ['markSubmitted', 'submit', async (of) => (await markSubmitted(table.db, of, JOB)) !== null],
  ['a retry', 'submit', async (of) => (await applyStep(table.db, of, RETRY)).moved],
  ['a wait', 'poll', async (of) => (await applyStep(table.db, of, WAIT)).moved],
  ['a failure', 'poll', async (of) => (await applyStep(table.db, of, FAIL)).moved],
  ['saveProgress', 'poll', (of) => saveProgress(table.db, of, { cursor: 3, donePages: 1, totalPages: 2 })],
  ['goRound', 'poll', async (of) => (await goRound(table.db, of)) !== null],
  ['markOcrEnded', 'poll', async (of) => (await markOcrEnded(table.db, of, NO_PROGRESS)) !== null],
  ['markDone', 'store', async (of) => (await markDone(table.db, of, READING)) !== null],
  ['handing back', 'poll', async (of) => (await releaseClaims(table.db, of.workerId, null)).length > 0],
];

describe('a cancel', () => {
  test.each(STAGES)('ends a task that a worker holds, and tells what is left behind: %s', async (stage) => {
    const mine = await table.claimed(stage);
    const outcome = await cancel(table.db, mine.taskId);
    expect(outcome).toEqual({
      kind: 'cancelled',
      left: [
        {
          taskId: mine.taskId,
          job: ref(mine),
          ocrJob: stage === 'poll' ? { endpoint: 'http://ocr.test', jobId: 'ocr-1' } : null,
          mayBeSubmitted: stage === 'submit',
        },
      ],
    });
    expect(await table.row(mine.taskId)).toMatchObject({
      status: 'cancelled',
      stage,
      generation: mine.generation,
      dispatch: mine.dispatch + 1,
      claimed_by: null,
      due_at: null,
      finished_at: expect.any(Date),
      ocr_job_id: stage === 'submit' ? null : 'ocr-1',
    });
    expect((await table.events(mine.taskId)).at(-1)).toMatchObject({
      type: 'cancelled',
      stage,
      attempt: 1,
      data: { was: stage === 'submit' ? 'queued' : 'ocr_processing' },
    });
  });

  test('ends a task that was only uploaded, and one that waits: nothing runs for them', async () => {
    const id = await table.uploaded();
    expect(await cancel(table.db, id)).toEqual({
      kind: 'cancelled',
      left: [{ taskId: id, job: null, ocrJob: null, mayBeSubmitted: false }],
    });
    const mine = await table.claimed('submit');
    const next = one([(await applyStep(table.db, mine, WAIT)).next]);
    const outcome = await cancel(table.db, mine.taskId);
    expect(outcome).toMatchObject({
      left: [{ job: { dispatch: next.dispatch }, ocrJob: null, mayBeSubmitted: false }],
    });
    expect(await table.row(mine.taskId)).toMatchObject({ waits: 0, waiting_reason: null, error_code: null });
  });

  test('of a job that the service has lost leaves none there', async () => {
    const mine = await table.claimed('poll');
    await applyStep(table.db, mine, { kind: 'resubmit', inMs: 0, message: 'no such job' });
    expect(await cancel(table.db, mine.taskId)).toMatchObject({ kind: 'cancelled', left: [{ ocrJob: null }] });
  });

  test('of a cancelled task changes nothing', async () => {
    const id = await cancelled();
    const before = await everything(id);
    expect(await cancel(table.db, id)).toEqual({ kind: 'already_cancelled' });
    expect(await everything(id)).toEqual(before);
  });

  test.each<[string, () => Promise<string>, string]>([
    ['done', done, 'ocr_done'],
    ['failed', failed, 'ocr_failed'],
  ])('of a task that is %s changes nothing', async (_what, make, status) => {
    const id = await make();
    const before = await everything(id);
    expect(await cancel(table.db, id)).toEqual({ kind: 'already_ended', status });
    expect(await everything(id)).toEqual(before);
  });

  test('of no task says so', async () => {
    expect(await cancel(table.db, randomUUID())).toEqual({ kind: 'not_found' });
  });

  test('by ten at once happens once', async () => {
    const { taskId } = await table.claimed('poll');
    const all = await Promise.all(Array.from({ length: 10 }, () => cancel(table.db, taskId)));
    expect(all.filter(({ kind }) => kind === 'cancelled')).toHaveLength(1);
    expect(all.filter(({ kind }) => kind === 'already_cancelled')).toHaveLength(9);
    expect((await table.events(taskId)).filter(({ type }) => type === 'cancelled')).toHaveLength(1);
  });

  test('keeps the deadline and the reconciler away from the task', async () => {
    const { taskId } = await table.claimed('poll');
    await table.rows(`update tasks set deadline_at = now() - interval '1 s' where id = $1`, [taskId]);
    await cancel(table.db, taskId);
    expect(await expireDeadlines(table.db, 10)).toEqual([]);
  });
});

describe.each<[string, (taskId: string) => Promise<unknown>]>([
  ['a cancel', (taskId) => cancel(table.db, taskId)],
  ['a deletion', (taskId) => deleteTask(table.db, taskId)],
])('after %s', (_name, takeAway) => {
  test.each(EDGES)('%s comes too late and changes nothing', async (_edge, stage, edge) => {
    const mine = await table.claimed(stage);
    await takeAway(mine.taskId);
    const before = await everything(mine.taskId);
    expect(await edge(mine)).toBe(false);
    expect(await everything(mine.taskId)).toEqual(before);
  });

  test('the job of the step cannot be claimed', async () => {
    const job = await table.queued();
    await takeAway(job.taskId);
    expect(await claim(table.db, job, randomUUID())).toBeNull();
  });

  test('the step is seen to be stale', async () => {
    const [taken, mine] = [await table.claimed('poll'), await table.claimed('poll')];
    expect(await staleSteps(table.db, [taken, mine])).toEqual([]);
    await takeAway(taken.taskId);
    expect(await staleSteps(table.db, [mine, taken])).toEqual([taken]);
  });
});

test('a step that is not claimed yet is not stale', async () => {
  expect(await staleSteps(table.db, [await table.queued()])).toEqual([]);
});

describe('while a worker moves the same task', () => {
  /** A connection whose transaction holds what the worker does until it is let go. */
  async function holding(work: (client: pg.PoolClient) => Promise<unknown>) {
    const client = await table.pool.connect();
    await client.query('begin');
    await work(client);
    return {
      async commit() {
        await client.query('commit');
        client.release();
      },
    };
  }
  const waitingForALock = () =>
    waitFor('a statement that waits for the row', async () => {
      const [row] = await table.rows(
        `select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return row?.['n'] > 0;
    });

  test('a cancel waits, and ends what the worker has made of it', async () => {
    const mine = await table.claimed('submit');
    // As markSubmitted leaves the row.
    const worker = await holding((client) =>
      client.query(
        `update tasks set status = 'ocr_processing', stage = 'poll', ocr_job_id = 'ocr-9', ocr_endpoint = 'http://ocr.test',
           dispatch = dispatch + 1, claimed_by = null, due_at = now() where id = $1`,
        [mine.taskId],
      ),
    );
    const cancelling = cancel(table.db, mine.taskId);
    await waitingForALock();
    await worker.commit();
    expect(await cancelling).toMatchObject({
      kind: 'cancelled',
      left: [
        { job: { stage: 'poll', dispatch: mine.dispatch + 1 }, ocrJob: { jobId: 'ocr-9' }, mayBeSubmitted: false },
      ],
    });
    expect(await table.row(mine.taskId)).toMatchObject({
      status: 'cancelled',
      dispatch: mine.dispatch + 2,
      ocr_job_id: 'ocr-9',
    });
  });

  test('a cancel that comes second to the end of the task leaves it as it ended', async () => {
    const mine = await table.claimed('store');
    const worker = await holding((client) =>
      client.query(`update tasks set status = 'ocr_done', claimed_by = null, finished_at = now() where id = $1`, [
        mine.taskId,
      ]),
    );
    const cancelling = cancel(table.db, mine.taskId);
    await waitingForALock();
    await worker.commit();
    expect(await cancelling).toEqual({ kind: 'already_ended', status: 'ocr_done' });
    expect(await table.row(mine.taskId)).toMatchObject({ status: 'ocr_done' });
  });

  test.each(EDGES)('%s and a cancel: whatever comes first, the row and its timeline agree', async (_n, stage, edge) => {
    for (let round = 0; round < 8; round += 1) {
      const mine = await table.claimed(stage);
      const [moved, outcome] = await Promise.all([edge(mine), cancel(table.db, mine.taskId)]);
      const { task, events, results } = await everything(mine.taskId);
      const types = events.map(({ type }) => type);
      expect(task).toMatchObject({ claimed_by: null, due_at: null });
      expect(results).toHaveLength(task?.['status'] === 'ocr_done' ? 1 : 0);
      expect(types.filter((type) => type === 'cancelled')).toHaveLength(outcome.kind === 'cancelled' ? 1 : 0);
      expect(types.at(-1)).toBe(
        { cancelled: 'cancelled', ocr_done: 'done', ocr_failed: 'failed' }[task?.['status'] as string],
      );
      if (outcome.kind !== 'cancelled') expect(moved).toBe(true);
    }
  });

  test('a claim and a cancel: the worker has it or not, and the task is cancelled', async () => {
    for (let round = 0; round < 8; round += 1) {
      const job = await table.queued();
      const [mine] = await Promise.all([claim(table.db, job, randomUUID()), cancel(table.db, job.taskId)]);
      expect(await table.row(job.taskId)).toMatchObject({ status: 'cancelled', claimed_by: null, due_at: null });
      if (mine !== null) expect(await markSubmitted(table.db, mine, JOB)).toBeNull();
    }
  });

  test.each(EDGES)('%s and a deletion: nothing of the task stays', async (_n, stage, edge) => {
    for (let round = 0; round < 4; round += 1) {
      const mine = await table.claimed(stage);
      const [, gone] = await Promise.all([edge(mine), deleteTask(table.db, mine.taskId)]);
      expect(gone).not.toBeNull();
      expect(await everything(mine.taskId)).toEqual({ task: undefined, events: [], results: [] });
    }
  });
});

test('a job of a cancelled run never has its result stored in the next run', async () => {
  const old = await table.claimed('store');
  await cancel(table.db, old.taskId);
  const started = await start(table.db, old.taskId, DAY_MS);
  if (started.kind !== 'started') throw new Error(started.kind);
  expect(started.job).toMatchObject({ generation: 2, stage: 'submit' });
  expect(await markDone(table.db, old, READING)).toBeNull();
  const submit = one([await claim(table.db, started.job, old.workerId)]);
  expect(await markDone(table.db, old, READING)).toBeNull();
  const poll = one([await claim(table.db, one([await markSubmitted(table.db, submit, JOB)]), old.workerId)]);
  expect(await markOcrEnded(table.db, old, NO_PROGRESS)).toBeNull();
  const store = one([await claim(table.db, one([await markOcrEnded(table.db, poll, NO_PROGRESS)]), old.workerId)]);
  expect(await markDone(table.db, old, READING)).toBeNull();
  expect(await findResult(table.db, old.taskId)).toBeNull();
  const second = { ...READING, plainText: 'the second reading' };
  expect(await markDone(table.db, store, second)).toEqual({ document: null });
  expect((await everything(old.taskId)).results).toMatchObject([{ generation: 2, plain_text: 'the second reading' }]);
});

describe('a retry', () => {
  test.each<[string, () => Promise<string>]>([
    ['failed', failed],
    ['was cancelled', cancelled],
  ])('of a task that %s begins a new run', async (_what, make) => {
    const id = await make();
    const { dispatch } = await table.row(id);
    expect(await retry(table.db, id, DAY_MS)).toEqual({
      kind: 'retried',
      jobs: [
        {
          taskId: id,
          stage: 'submit',
          generation: 2,
          dispatch: dispatch + 1,
          attempt: 1,
          delayMs: 0,
          page: null,
        },
      ],
    });
    expect(await table.row(id)).toMatchObject({
      status: 'queued',
      ocr_job_id: null,
      error_code: null,
      finished_at: null,
    });
    expect((await table.events(id)).at(-1)).toMatchObject({ type: 'queued', generation: 2, stage: 'submit' });
  });

  test.each<[string, () => Promise<string>, object]>([
    ['in progress', async () => (await table.claimed('poll')).taskId, { kind: 'in_progress' }],
    ['only uploaded', () => table.uploaded(), { kind: 'nothing_to_retry', status: 'uploaded' }],
    ['done', done, { kind: 'nothing_to_retry', status: 'ocr_done' }],
    ['not there', async () => randomUUID(), { kind: 'not_found' }],
  ])('of a task that is %s changes nothing', async (_what, make, outcome) => {
    const id = await make();
    const before = await everything(id);
    expect(await retry(table.db, id, DAY_MS)).toEqual(outcome);
    expect(await everything(id)).toEqual(before);
  });

  test('by ten at once happens once', async () => {
    const id = await failed();
    const all = await Promise.all(Array.from({ length: 10 }, () => retry(table.db, id, DAY_MS)));
    expect(all.filter(({ kind }) => kind === 'retried')).toHaveLength(1);
    expect(await table.row(id)).toMatchObject({ generation: 2 });
  });
});

describe('a bulk retry', () => {
  const FAILED: RetryFilter = { status: 'ocr_failed', errorCode: null, finishedAfter: null, finishedBefore: null };
  const retryAll = async (filter: RetryFilter, pageSize = 3, limit = 100) => {
    const ids: string[] = [];
    for (let after: string | null = BEFORE_ALL; after !== null; ) {
      const batch: Awaited<ReturnType<typeof retryBatch>> = await retryBatch(table.db, filter, {
        after,
        pageSize,
        limit,
        deadlineMs: DAY_MS,
      });
      ids.push(...batch.jobs.map((job) => job.taskId));
      after = batch.nextAfter;
    }
    return ids.sort();
  };
  const endedAt = (id: string, time: string) =>
    table.rows('update tasks set finished_at = $2 where id = $1', [id, time]);

  test('takes those of the status, all of them, once, page by page', async () => {
    const ids = await Promise.all(Array.from({ length: 7 }, () => failed()));
    const others = [await cancelled(), await done(), await table.uploaded(), (await table.claimed('poll')).taskId];
    const before = await Promise.all(others.map(everything));
    expect(await retryAll(FAILED)).toEqual([...ids].sort());
    for (const id of ids) {
      expect(await table.row(id)).toMatchObject({ status: 'queued', generation: 2 });
      expect((await table.events(id)).filter(({ type }) => type === 'queued')).toHaveLength(2);
    }
    expect(await Promise.all(others.map(everything))).toEqual(before);
    expect(await retryAll(FAILED)).toEqual([]);
  });

  test('gives the jobs that are to be added', async () => {
    const id = await failed();
    const { dispatch } = await table.row(id);
    const step = { after: BEFORE_ALL, pageSize: 10, limit: 10, deadlineMs: DAY_MS };
    expect(await retryBatch(table.db, FAILED, step)).toEqual({
      jobs: [
        { taskId: id, stage: 'submit', generation: 2, dispatch: dispatch + 1, attempt: 1, delayMs: 0, page: null },
      ],
      nextAfter: null,
    });
  });

  test('takes only what failed with the code, in the time: from the first instant to before the second', async () => {
    const at = ['2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z', '2026-01-03T00:00:00Z', '2026-01-02T12:00:00Z'];
    const ids = await Promise.all(at.map((_, n) => failed(n === 3 ? { ...FAIL, code: 'ocr_timeout' } : FAIL)));
    for (const [n, id] of ids.entries()) await endedAt(id, at[n] ?? '');
    const [, second, third, other] = ids;
    const window = { finishedAfter: new Date(at[1] ?? ''), finishedBefore: new Date(at[2] ?? '') };
    expect(await anyToRetry(table.db, { ...FAILED, ...window, errorCode: 'ocr_timeout' }, BEFORE_ALL)).toBe(true);
    expect(await retryAll({ ...FAILED, ...window, errorCode: 'ocr_timeout' })).toEqual([other]);
    expect(await anyToRetry(table.db, { ...FAILED, ...window, errorCode: 'ocr_timeout' }, BEFORE_ALL)).toBe(false);
    expect(await retryAll({ ...FAILED, ...window })).toEqual([second]);
    expect(await retryAll({ ...FAILED, finishedAfter: new Date(at[2] ?? '') })).toEqual([third]);
  });

  test('of cancelled tasks leaves failed ones alone', async () => {
    await failed();
    const id = await cancelled();
    expect(await retryAll({ ...FAILED, status: 'cancelled' })).toEqual([id]);
  });

  test('moves no more than the limit', async () => {
    for (let n = 0; n < 4; n += 1) await failed();
    const step = { after: BEFORE_ALL, pageSize: 10, limit: 3, deadlineMs: DAY_MS };
    expect((await retryBatch(table.db, FAILED, step)).jobs).toHaveLength(3);
    expect(await anyToRetry(table.db, FAILED, BEFORE_ALL)).toBe(true);
  });

  test('leaves a row that somebody else holds to him, without waiting', async () => {
    const [held, free] = [await failed(), await failed()];
    const client = await table.pool.connect();
    await client.query('begin');
    await client.query('select from tasks where id = $1 for update', [held]);
    expect(await retryAll(FAILED)).toEqual([free]);
    await client.query('rollback');
    client.release();
  });

  test('by several at once moves each task once', async () => {
    const ids = await Promise.all(Array.from({ length: 30 }, () => failed()));
    const moved = (await Promise.all(Array.from({ length: 4 }, () => retryAll(FAILED)))).flat();
    moved.push(...(await retryAll(FAILED)));
    expect(moved.sort()).toEqual([...ids].sort());
  });
});

describe('a deletion', () => {
  test('takes the row with all that belongs to it, and tells where its image is', async () => {
    const id = await done();
    expect(await deleteTask(table.db, id)).toEqual({
      kind: 'deleted',
      left: [{ taskId: id, job: null, ocrJob: null, mayBeSubmitted: false }],
      imagePaths: ['ab/cd/invoice.png'],
    });
    expect(await everything(id)).toEqual({ task: undefined, events: [], results: [] });
  });

  test('of a task in progress tells what is left behind', async () => {
    const mine = await table.claimed('poll');
    expect(await deleteTask(table.db, mine.taskId)).toMatchObject({
      left: [{ job: ref(mine), ocrJob: { jobId: 'ocr-1' } }],
    });
  });

  test('of no task finds none, and of ten at once one finds it', async () => {
    const id = await table.uploaded();
    const all = await Promise.all(Array.from({ length: 10 }, () => deleteTask(table.db, id)));
    expect(all.filter(({ kind }) => kind === 'deleted')).toHaveLength(1);
  });
});
