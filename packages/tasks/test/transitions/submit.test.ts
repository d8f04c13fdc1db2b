import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { markSubmitted } from '../one-task.ts';
import { openTaskTable, type TaskTable } from '../task-table.ts';
import { JOB, ref } from './examples.ts';

let table: TaskTable;
beforeAll(async () => {
  table = await openTaskTable();
});
beforeEach(() => table.empty());
afterAll(() => table.drop());

test('submitted: the OCR job, and a poll due at once', async () => {
  const mine = await table.claimed('submit');
  const next = await markSubmitted(table.db, mine, JOB);
  expect(next).toEqual({
    ...ref(mine),
    stage: 'poll',
    dispatch: mine.dispatch + 1,
    attempt: 1,
    delayMs: 0,
    page: null,
  });
  expect(await table.row(mine.taskId)).toMatchObject({
    status: 'ocr_processing',
    stage: 'poll',
    ocr_job_id: 'ocr-2',
    ocr_endpoint: 'http://other.test',
    claimed_by: null,
    due_at: expect.any(Date),
    submitted_at: expect.any(Date),
    attempt: 0,
  });
  expect((await table.events(mine.taskId)).at(-1)).toMatchObject({
    type: 'submitted',
    stage: 'submit',
    attempt: 1,
    data: { ocr_job_id: 'ocr-2' },
  });
});
