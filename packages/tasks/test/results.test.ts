import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { findResult, findText, markDone, newTaskId, rawResult } from '../src/index.ts';
import { one, openTaskTable, type TaskTable } from './task-table.ts';

jest.setTimeout(60_000);

let table: TaskTable;
beforeAll(async () => {
  table = await openTaskTable();
});
afterAll(() => table.drop());

async function stored(raw: Buffer, plainText = ''): Promise<string> {
  const mine = await table.claimed('store');
  expect(await markDone(table.db, mine, { raw, pageCount: 1, plainText })).toEqual({ document: null });
  return mine.taskId;
}

async function chunksOf(taskId: string): Promise<Buffer[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of rawResult(table.db, one([await findResult(table.db, taskId)]))) chunks.push(chunk);
  return chunks;
}

describe('a stored result', () => {
  test.each([
    ['plain JSON', Buffer.from('{"pages": [ {"text":"Rechnung Nr. 7"} ] }\n')],
    ['NULs', Buffer.from('{"a":"\0","b":"\\u0000"}')],
    ['lone surrogates, escaped', Buffer.from('{"a":"\\ud800","b":"\\udfff"}')],
    ['invalid UTF-8', Buffer.from([0x7b, 0xff, 0xfe, 0xc3, 0x28, 0x00, 0x80, 0x7d])],
    ['a byte order mark', Buffer.from([0xef, 0xbb, 0xbf, 0x7b, 0x7d])],
    ['backslashes that bytea might take for escapes', Buffer.from('\\x41\\\\000')],
    ['every byte', Buffer.from(Array.from({ length: 256 }, (_, i) => i))],
  ])('comes back byte for byte: %s', async (_what, raw) => {
    const taskId = await stored(raw);
    expect(Buffer.concat(await chunksOf(taskId)).equals(raw)).toBe(true);
    expect(await findResult(table.db, taskId)).toMatchObject({
      sizeBytes: raw.byteLength,
      sha256: createHash('sha256').update(raw).digest('hex'),
    });
  });

  test('of many MiB comes in pieces that make up the whole', async () => {
    const raw = randomBytes(9 * 1024 * 1024 + 1);
    const chunks = await chunksOf(await stored(raw));
    expect(chunks.length).toBe(3);
    expect(Buffer.concat(chunks).equals(raw)).toBe(true);
  });

  test('of exactly one piece is not followed by an empty one', async () => {
    const raw = randomBytes(4 * 1024 * 1024);
    const chunks = await chunksOf(await stored(raw));
    expect(chunks).toHaveLength(1);
    expect(chunks[0]?.equals(raw)).toBe(true);
  });

  test('that goes away while it is read is an error, not a short answer', async () => {
    const taskId = await stored(randomBytes(5 * 1024 * 1024));
    const reading = rawResult(table.db, one([await findResult(table.db, taskId)]));
    await reading.next();
    await table.rows('delete from tasks where id = $1', [taskId]);
    await expect(reading.next()).rejects.toThrow(taskId);
  });

  test('has its text', async () => {
    expect(await findText(table.db, await stored(Buffer.from('{}'), '发票\nInvoice'))).toBe('发票\nInvoice');
  });

  test('is null for a task that has none', async () => {
    const { taskId } = await table.claimed('store');
    expect(await findResult(table.db, taskId)).toBeNull();
    expect(await findText(table.db, newTaskId())).toBeNull();
  });
});
