import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DOCUMENT_VERSION } from '@ocrelay/document';
import { createTask, newTaskId } from '@ocrelay/tasks';
import { type OpenTestDatabase, openTestDatabase } from '../../../test/support/database.ts';

let database: OpenTestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.drop());

const rows = async (statement: string, values: unknown[] = []) => (await database.pool.query(statement, values)).rows;

async function done(text: string): Promise<string> {
  const id = newTaskId();
  await createTask(database.db, {
    id,
    imagePath: `images/${id}.png`,
    originalFilename: 'scan.png',
    contentType: 'image/png',
    sizeBytes: 1,
    sha256: id,
    width: 9,
    height: 9,
    pages: null,
    startWithDeadlineMs: null,
    idempotency: null,
  });
  const block = { block_label: 'text', block_content: text, block_bbox: [0, 0, 9, 9] };
  const page = { width: 9, height: 9, parsing_res_list: [block] };
  await rows(
    `insert into ocr_results (task_id, generation, raw, raw_sha256, page_count, plain_text) values ($1::uuid, 1, $2, 'of ' || $1::text, 1, '')`,
    [id, Buffer.from(JSON.stringify({ final: { status: 'finished' }, pages: [page] }))],
  );
  return id;
}

async function rederive(): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, [join(process.env['TEST_DIST'] ?? 'dist', 'apps/rederive/src/main.js')], {
    env: { PATH: process.env['PATH'], DATABASE_URL: database.url },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (data: Buffer) => {
    said += data.toString();
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, said };
}

test('every result gets its document by the newest rules, of what was kept; the next run has nothing to do', async () => {
  const ids = [await done('Invoice'), await done('送货单'), await done('Lieferschein')];
  await rows(
    `insert into ocr_documents (task_id, raw_sha256, document_version, document)
     select task_id, raw_sha256, 0, 'old' from ocr_results where task_id = $1`,
    [ids[0]],
  );
  expect(await rederive()).toEqual({ code: 0, said: '3 documents derived, 0 left\n' });
  const documents = await rows('select task_id, document_version, document from ocr_documents order by task_id');
  expect(documents.map((row) => row['document_version'])).toEqual([
    DOCUMENT_VERSION,
    DOCUMENT_VERSION,
    DOCUMENT_VERSION,
  ]);
  const texts = documents.map((row) => JSON.parse(gunzipSync(row['document']).toString()).pages[0].blocks[0].text);
  expect(texts.sort()).toEqual(['Invoice', 'Lieferschein', '送货单']);
  expect(await rederive()).toEqual({ code: 0, said: '0 documents derived, 0 left\n' });
});

test('a result that cannot be derived is left, and takes no other with it', async () => {
  const [bad, good] = [await done('bad'), await done('good')];
  await rows(`update ocr_results set raw = 'no JSON' where task_id = $1`, [bad]);
  expect(await rederive()).toEqual({ code: 1, said: '1 document derived, 1 left\n' });
  expect((await rows('select task_id from ocr_documents where task_id = any($1)', [[bad, good]])).length).toBe(1);
});
