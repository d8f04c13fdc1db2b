import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { applyStep } from '../../src/index.ts';
import { claim, markSubmitted } from '../one-task.ts';
import { one, openTaskTable, type TaskTable } from '../task-table.ts';
import { FAIL, JOB, LOOK_AGAIN, RESUBMIT, RETRY, ref, WAIT } from './examples.ts';

let table: TaskTable;
beforeAll(async () => {
  table = await openTaskTable();
});
beforeEach(() => table.empty());
afterAll(() => table.drop());

test('a failed try: the same stage later, the attempt counted, the cause shown', async () => {
  const mine = await table.claimed('submit');
  const { next } = await applyStep(table.db, mine, RETRY);
  expect(next).toEqual({ ...ref(mine), dispatch: mine.dispatch + 1, attempt: 2, delayMs: 30_000, page: null });
  expect(await table.row(mine.taskId)).toMatchObject({
    status: 'queued',
    stage: 'submit',
    attempt: 1,
    waits: 0,
    submissions: 1,
    error_code: 'ocr_bad_response',
    error_message: 'no JSON',
    waiting_reason: null,
  });
  expect((await table.events(mine.taskId)).at(-1)).toMatchObject({
    type: 'attempt_failed',
    attempt: 1,
    data: { code: 'ocr_bad_response', message: 'no JSON', retry_in_ms: 30_000 },
  });
  const again = one([await claim(table.db, one([next]), mine.workerId)]);
  expect(again).toMatchObject({ attempt: 2, submissions: 2 });
});

test('a wait: neither an attempt nor a submission', async () => {
  const mine = await table.claimed('submit');
  const { next } = await applyStep(table.db, mine, WAIT);
  expect(next).toMatchObject({ attempt: 1, delayMs: 30_000 });
  expect(await table.row(mine.taskId)).toMatchObject({
    attempt: 0,
    waits: 1,
    submissions: 0,
    waiting_reason: 'ocr_unavailable',
    error_code: 'ocr_unavailable',
  });
});

test('a wait in between keeps the attempts that were used', async () => {
  const first = await table.claimed('poll');
  const second = one([await claim(table.db, one([(await applyStep(table.db, first, RETRY)).next]), first.workerId)]);
  const third = one([await claim(table.db, one([(await applyStep(table.db, second, WAIT)).next]), first.workerId)]);
  expect([first.attempt, second.attempt, third.attempt]).toEqual([1, 2, 2]);
  expect(third.waits).toBe(1);
});

test('a failure: the end, with its cause, and no next job', async () => {
  const mine = await table.claimed('poll');
  expect(await applyStep(table.db, mine, FAIL)).toEqual({ moved: true, next: null });
  expect(await table.row(mine.taskId)).toMatchObject({
    status: 'ocr_failed',
    stage: 'poll',
    claimed_by: null,
    due_at: null,
    finished_at: expect.any(Date),
    error_code: 'ocr_rejected',
    error_message: 'not an image',
    ocr_job_id: 'ocr-1',
  });
  expect((await table.events(mine.taskId)).at(-1)).toMatchObject({ type: 'failed', data: { code: 'ocr_rejected' } });
});

test('a job that the service misses: the first time is remembered, and no attempt is used', async () => {
  const mine = await table.claimed('poll');
  const first = await applyStep(table.db, mine, LOOK_AGAIN);
  expect(first.next).toMatchObject({ stage: 'poll', attempt: 1, delayMs: 2_100 });
  const { missing_since: since } = await table.row(mine.taskId);
  expect(since).toEqual(expect.any(Date));
  const again = one([await claim(table.db, one([first.next]), mine.workerId)]);
  expect(again.missingSince).toEqual(since);
  await applyStep(table.db, again, LOOK_AGAIN);
  expect((await table.row(mine.taskId))['missing_since']).toEqual(since);
});

test('a lost job: submitted again, under the old job id until there is a new one', async () => {
  const mine = await table.claimed('poll');
  const { next } = await applyStep(table.db, mine, RESUBMIT);
  expect(next).toMatchObject({ stage: 'submit', attempt: 1, delayMs: 1_000 });
  expect(await table.row(mine.taskId)).toMatchObject({
    status: 'ocr_processing',
    stage: 'submit',
    ocr_job_id: 'ocr-1',
    resubmits: 1,
    missing_since: null,
  });
  const submit = one([await claim(table.db, one([next]), mine.workerId)]);
  await markSubmitted(table.db, submit, JOB);
  expect(await table.row(mine.taskId)).toMatchObject({
    stage: 'poll',
    ocr_job_id: 'ocr-2',
    submissions: 2,
    poll_cursor: '0',
  });
});
