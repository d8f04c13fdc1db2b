import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  deleteTask,
  findResult,
  keepTextLayers,
  keptReadings,
  markDone,
  newTaskId,
  textLayersOf,
} from '../src/index.ts';
import { openTaskTable, type TaskTable } from './task-table.ts';

let table: TaskTable;
beforeAll(async () => {
  table = await openTaskTable();
});
beforeEach(() => table.empty());
afterAll(() => table.drop());

describe('the own text of a file that is read as a whole', () => {
  test('is kept page by page', async () => {
    const id = await table.uploaded();
    expect(await textLayersOf(table.db, id)).toEqual([]);
    await keepTextLayers(table.db, id, ['one\ntwo', null, 'three']);
    expect(await textLayersOf(table.db, id)).toEqual(['one\ntwo', null, 'three']);
    await keepTextLayers(table.db, id, ['one\ntwo', null, 'three']); // once more, as after an answer that was lost
    expect(await textLayersOf(table.db, id)).toHaveLength(3);
  });

  test('is not kept where there is none, and not of a task that is gone', async () => {
    const id = await table.uploaded();
    await keepTextLayers(table.db, id, [null, null]);
    await keepTextLayers(table.db, newTaskId(), ['one']);
    expect(await table.rows('select * from text_layers')).toEqual([]);
  });

  test('goes with the task', async () => {
    const id = await table.uploaded();
    await keepTextLayers(table.db, id, ['one']);
    await deleteTask(table.db, id);
    expect(await table.rows('select * from text_layers')).toEqual([]);
  });

  test('stands beside the reading that the document is derived from', async () => {
    const claim = await table.claimed('store');
    await keepTextLayers(table.db, claim.taskId, [null, 'two']);
    await markDone(table.db, claim, { raw: Buffer.from('{}'), pageCount: 2, plainText: '' });
    const result = await findResult(table.db, claim.taskId);
    if (result === null) throw new Error('there is no result');
    expect(await keptReadings(table.db, result)).toEqual([
      { raw: Buffer.from('{}'), error: null, textLayers: [null, 'two'] },
    ]);
  });
});
