import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { createDoneMarker, findResult, findTask, markDone } from '../../src/index.ts';
import { openTaskTable, type TaskTable } from '../task-table.ts';
import { READING } from './examples.ts';

let table: TaskTable;
beforeAll(async () => {
  table = await openTaskTable();
});
beforeEach(() => table.empty());
afterAll(() => table.drop());

test('done: the result and the status, both or none', async () => {
  const mine = await table.claimed('store');
  expect(await markDone(table.db, mine, READING)).toEqual({ document: null });
  expect(await findTask(table.db, mine.taskId)).toMatchObject({
    status: 'ocr_done',
    stage: 'store',
    claimedBy: null,
    dueAt: null,
    donePages: 2,
    totalPages: 2,
    errorCode: null,
    finishedAt: expect.any(Date),
  });
  expect(await findResult(table.db, mine.taskId)).toMatchObject({ generation: 1, pageCount: 2, sizeBytes: 12 });
  expect((await table.events(mine.taskId)).at(-1)).toMatchObject({
    type: 'done',
    data: { page_count: 2, result_bytes: 12 },
  });
});

test('a text that Postgres refuses leaves the claim as it was', async () => {
  const mine = await table.claimed('store');
  const before = await table.everything(mine.taskId);
  await expect(markDone(table.db, mine, { ...READING, plainText: 'a\0b' })).rejects.toThrow();
  expect(await table.everything(mine.taskId)).toEqual(before);
});

test('a text that Postgres refuses takes no other result of the same moment with it', async () => {
  const [bad, good] = [await table.claimed('store'), await table.claimed('store')];
  const done = createDoneMarker(table.db);
  const outcomes = await Promise.allSettled([
    done({ claim: bad, reading: { ...READING, plainText: 'a\0b' } }),
    done({ claim: good, reading: READING }),
  ]);
  expect(outcomes).toMatchObject([{ status: 'rejected' }, { status: 'fulfilled', value: { document: null } }]);
  expect(await findTask(table.db, good.taskId)).toMatchObject({ status: 'ocr_done' });
});

test('a result that was left there for a task that is not done makes room for the one that was read', async () => {
  const mine = await table.claimed('store');
  await table.rows(
    `insert into ocr_results (task_id, generation, raw, raw_sha256, page_count, plain_text)
     values ($1, 1, 'old', 'old', 1, 'old')`,
    [mine.taskId],
  );
  expect(await markDone(table.db, mine, READING)).toEqual({ document: null });
  expect(await findResult(table.db, mine.taskId)).toMatchObject({ pageCount: 2, sizeBytes: 12 });
});
