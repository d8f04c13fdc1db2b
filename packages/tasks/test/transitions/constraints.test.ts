import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { openTaskTable, type TaskTable } from '../task-table.ts';

let table: TaskTable;
beforeAll(async () => {
  table = await openTaskTable();
});
beforeEach(() => table.empty());
afterAll(() => table.drop());

describe('the table refuses', () => {
  test.each([
    ['an unknown status', `status = 'sleeping', claimed_by = null`, 'tasks_status'],
    ['an unknown stage', `stage = 'dream'`, 'tasks_stage'],
    [
      'a task in progress that is neither claimed nor due',
      'claimed_by = null, due_at = null',
      'tasks_has_owner_or_time',
    ],
    ['an ended task that is still due', `status = 'ocr_failed', due_at = now()`, 'tasks_has_owner_or_time'],
    ['an ended task that is still claimed', `status = 'ocr_done'`, 'tasks_has_owner_or_time'],
    ['a task in progress without a deadline', 'deadline_at = null', 'tasks_has_deadline'],
    ['a task in progress without a stage', 'stage = null', 'tasks_has_deadline'],
    ['a processing task without an OCR job', 'ocr_job_id = null', 'tasks_has_ocr_job'],
    ['a queued task with an OCR job', `status = 'queued'`, 'tasks_has_no_ocr_job'],
  ])('%s', async (_what, change, constraint) => {
    const { taskId } = await table.claimed('poll');
    await expect(table.rows(`update tasks set ${change} where id = $1`, [taskId])).rejects.toMatchObject({
      constraint,
    });
  });
});
