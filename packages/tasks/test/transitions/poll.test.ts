import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { goRound } from '../../src/index.ts';
import { saveProgress } from '../one-task.ts';
import { openTaskTable, type TaskTable } from '../task-table.ts';
import { ref } from './examples.ts';

let table: TaskTable;
beforeAll(async () => {
  table = await openTaskTable();
});
beforeEach(() => table.empty());
afterAll(() => table.drop());

test('progress: cursor and pages, the claim kept, nothing wrong any more', async () => {
  const held = await table.claimed('poll');
  await table.rows(
    `update tasks set attempt = 5, waits = 4, missing_since = now(), error_code = 'ocr_timeout', error_message = 'x', waiting_reason = 'ocr_timeout' where id = $1`,
    [held.taskId],
  );
  expect(await saveProgress(table.db, held, { cursor: 12, donePages: 1, totalPages: 3 })).toBe(true);
  expect(await table.row(held.taskId)).toMatchObject({
    claimed_by: held.workerId,
    due_at: null,
    dispatch: held.dispatch,
    poll_cursor: '12',
    done_pages: 1,
    total_pages: 3,
    attempt: 1,
    waits: 0,
    missing_since: null,
    error_code: null,
    error_message: null,
    waiting_reason: null,
  });
});

test('going round: a new job, no event, no attempt', async () => {
  const mine = await table.claimed('poll');
  const before = await table.events(mine.taskId);
  const next = await goRound(table.db, mine);
  expect(next).toEqual({ ...ref(mine), dispatch: mine.dispatch + 1, attempt: 1, delayMs: 0, page: null });
  expect(await table.events(mine.taskId)).toEqual(before);
  expect(await table.row(mine.taskId)).toMatchObject({
    status: 'ocr_processing',
    stage: 'poll',
    attempt: 0,
    claimed_by: null,
  });
});
