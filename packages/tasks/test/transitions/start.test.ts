import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { applyStep, markDone, start } from '../../src/index.ts';
import { saveProgress } from '../one-task.ts';
import { DAY_MS, openTaskTable, type TaskTable } from '../task-table.ts';
import { FAIL, READING } from './examples.ts';

let table: TaskTable;
beforeAll(async () => {
  table = await openTaskTable();
});
beforeEach(() => table.empty());
afterAll(() => table.drop());

describe('a start', () => {
  test('queues an uploaded task in its first run', async () => {
    const id = await table.uploaded();
    const started = await start(table.db, id, DAY_MS);
    expect(started).toEqual({
      kind: 'started',
      job: { taskId: id, stage: 'submit', generation: 1, dispatch: 1, attempt: 1, delayMs: 0, page: null },
    });
    const row = await table.row(id);
    expect(row).toMatchObject({
      status: 'queued',
      stage: 'submit',
      generation: 1,
      claimed_by: null,
      attempt: 0,
      ocr_job_id: null,
    });
    expect(row['deadline_at'] - row['started_at']).toBe(DAY_MS);
    expect(await table.events(id)).toMatchObject([
      { type: 'uploaded' },
      { type: 'queued', generation: 1, stage: 'submit' },
    ]);
  });

  test('of a failed task begins a new run that knows nothing of the last', async () => {
    const polling = await table.claimed('poll');
    await saveProgress(table.db, polling, { cursor: 9, donePages: 1, totalPages: 4 });
    await applyStep(table.db, polling, FAIL);
    const started = await start(table.db, polling.taskId, DAY_MS);
    expect(started).toMatchObject({ kind: 'started', job: { generation: 2, stage: 'submit' } });
    expect(await table.row(polling.taskId)).toMatchObject({
      status: 'queued',
      generation: 2,
      ocr_job_id: null,
      ocr_endpoint: null,
      poll_cursor: '0',
      done_pages: null,
      total_pages: null,
      error_code: null,
      error_message: null,
      finished_at: null,
      submitted_at: null,
      attempt: 0,
      waits: 0,
      resubmits: 0,
      submissions: 1,
    });
  });

  test('of a cancelled task begins a new run', async () => {
    const id = await table.uploaded();
    await table.rows(`update tasks set status = 'cancelled', finished_at = now() where id = $1`, [id]);
    expect(await start(table.db, id, DAY_MS)).toMatchObject({ kind: 'started', job: { generation: 2 } });
  });

  test.each(['submit', 'poll', 'store'] as const)(
    'of a task that is in progress changes nothing: %s',
    async (stage) => {
      const mine = await table.claimed(stage);
      const before = await table.everything(mine.taskId);
      expect(await start(table.db, mine.taskId, DAY_MS)).toEqual({ kind: 'in_progress' });
      expect(await table.everything(mine.taskId)).toEqual(before);
    },
  );

  test('of a task that is done changes nothing', async () => {
    const mine = await table.claimed('store');
    await markDone(table.db, mine, READING);
    const before = await table.everything(mine.taskId);
    expect(await start(table.db, mine.taskId, DAY_MS)).toEqual({ kind: 'already_done' });
    expect(await table.everything(mine.taskId)).toEqual(before);
  });

  test('of a task that does not exist says so', async () => {
    expect(await start(table.db, randomUUID(), DAY_MS)).toEqual({ kind: 'not_found' });
  });

  test('by ten at once happens once', async () => {
    const id = await table.uploaded();
    const started = await Promise.all(Array.from({ length: 10 }, () => start(table.db, id, DAY_MS)));
    expect(started.filter((s) => s.kind === 'started')).toHaveLength(1);
    expect(started.filter((s) => s.kind === 'in_progress')).toHaveLength(9);
    expect(await table.events(id)).toHaveLength(2);
  });
});
