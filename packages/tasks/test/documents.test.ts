import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import type { Db } from '@ocrelay/db';
import {
  deleteTask,
  findDocument,
  findResult,
  keepDocument,
  markDone,
  type ResultInfo,
  underivedResults,
} from '../src/index.ts';
import { one, openTaskTable, type TaskTable } from './task-table.ts';
import { READING } from './transitions/examples.ts';

let table: TaskTable;
beforeAll(async () => {
  table = await openTaskTable();
});
beforeEach(() => table.empty());
afterAll(() => table.drop());

const OLD = Buffer.from('{"document_version":1}');
const NEW = Buffer.from('{"document_version":2}');

async function done(): Promise<ResultInfo> {
  const mine = await table.claimed('store');
  await markDone(table.db, mine, READING);
  return one([await findResult(table.db, mine.taskId)]);
}

async function underived(version: number, pageSize = 2): Promise<string[]> {
  const ids: string[] = [];
  for await (const page of underivedResults(table.db, version, pageSize)) ids.push(...page);
  return ids;
}

test('a document is found by the rules that it was derived by, and no others', async () => {
  const result = await done();
  expect(await findDocument(table.db, result, 1)).toBeNull();
  await keepDocument(table.db, result, 1, OLD);
  expect(await findDocument(table.db, result, 1)).toEqual(OLD);
  expect(await findDocument(table.db, result, 2)).toBeNull();
});

test('a large one comes in pieces, and whole', async () => {
  const result = await done();
  const large = randomBytes(9 * 1024 * 1024);
  await keepDocument(table.db, result, 1, large);
  const execute = jest.fn(table.db.execute);
  const found = await findDocument({ ...table.db, execute: execute as Db['execute'] }, result, 1);
  expect(found?.equals(large)).toBe(true);
  expect(execute).toHaveBeenCalledTimes(3);
});

test('newer rules replace it, and older ones do not', async () => {
  const result = await done();
  await keepDocument(table.db, result, 2, NEW);
  await keepDocument(table.db, result, 1, OLD);
  expect(await findDocument(table.db, result, 2)).toEqual(NEW);
});

test('the document of another result says nothing of this one, whatever its rules, and is replaced', async () => {
  const result = await done();
  await keepDocument(table.db, result, 2, NEW);
  await table.rows(`update ocr_results set raw_sha256 = 'other'`);
  const other = { ...result, sha256: 'other' };
  expect(await findDocument(table.db, other, 2)).toBeNull();
  await keepDocument(table.db, other, 1, OLD);
  expect(await findDocument(table.db, other, 1)).toEqual(OLD);
});

test('what was derived of a result that is gone meanwhile is dropped', async () => {
  const result = await done();
  await keepDocument(table.db, { ...result, sha256: 'gone' }, 1, OLD);
  expect(await table.rows('select * from ocr_documents')).toEqual([]);
});

test('it goes with its task', async () => {
  const result = await done();
  await keepDocument(table.db, result, 1, OLD);
  await deleteTask(table.db, result.taskId);
  expect(await table.rows('select * from ocr_documents')).toEqual([]);
});

test('results without one by these rules are found, page by page, each once', async () => {
  const results = await Promise.all([done(), done(), done(), done(), done()]);
  const ids = results.map(({ taskId }) => taskId).sort();
  expect(await underived(1)).toEqual(ids);
  await keepDocument(table.db, one(results.slice(0, 1)), 1, OLD);
  expect(await underived(1)).toEqual(ids.filter((id) => id !== one(results.slice(0, 1)).taskId));
  expect(await underived(2)).toEqual(ids);
});
