import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { markOcrEnded } from '../one-task.ts';
import { openTaskTable, type TaskTable } from '../task-table.ts';
import { ref } from './examples.ts';

let table: TaskTable;
beforeAll(async () => {
  table = await openTaskTable();
});
beforeEach(() => table.empty());
afterAll(() => table.drop());

test('the end of the OCR: the store stage, due at once', async () => {
  const mine = await table.claimed('poll');
  const next = await markOcrEnded(table.db, mine, { cursor: 20, donePages: 3, totalPages: 3 });
  expect(next).toEqual({
    ...ref(mine),
    stage: 'store',
    dispatch: mine.dispatch + 1,
    attempt: 1,
    delayMs: 0,
    page: null,
  });
  expect(await table.row(mine.taskId)).toMatchObject({
    status: 'ocr_processing',
    stage: 'store',
    poll_cursor: '20',
    done_pages: 3,
  });
  expect((await table.events(mine.taskId)).at(-1)).toMatchObject({ type: 'ocr_ended', stage: 'poll' });
});
