import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, expect, jest, test } from '@jest/globals';
import { documentJson, type KeptReading } from '@ocrelay/document';
import {
  createDocumentWorkshop,
  type DocumentWorkshop,
  type WorkshopLimits,
} from '../src/documents/document-workshop.ts';

jest.setTimeout(60_000);

const THREAD = pathToFileURL(join(process.env['TEST_DIST'] ?? 'dist', 'apps/api/src/documents/document-thread.js'));
const WIDE: WorkshopLimits = { ms: 60_000, heapMb: 512, threads: 1, waiting: 10 };

const open: DocumentWorkshop[] = [];
function workshop(limits: Partial<WorkshopLimits> = {}): DocumentWorkshop {
  const made = createDocumentWorkshop(THREAD, { ...WIDE, ...limits });
  open.push(made);
  return made;
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

function reading(blocks: number, more = ''): KeptReading[] {
  const parsing_res_list = Array.from({ length: blocks }, (_, at) => ({
    block_label: 'text',
    block_content: `line ${at}${more}`,
    block_bbox: [0, 0, 9, 9],
  }));
  const raw = Buffer.from(JSON.stringify({ final: {}, pages: [{ width: 9, height: 9, parsing_res_list }] }));
  return [{ raw, error: null, textLayers: [] }];
}
const named = (blocks: number) => ({ name: 'scan.png', json: documentJson(reading(blocks)) });
/** More than is made of a file before anything of it is taken. */
const LARGE = { name: 'large.png', json: documentJson(reading(2_000, ` ${'x'.repeat(10_000)}`)) };
const noImage = async () => null;
const code = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: { code?: string }) => error.code ?? error,
  );

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

test('what takes too much memory, or too long, ends its thread and nothing else', async () => {
  const small = workshop({ heapMb: 64 });
  expect(await code(small.derive(reading(300_000)))).toBe('document_too_large');
  expect(JSON.parse((await small.derive(reading(1))).toString()).pages).toHaveLength(1);
  const quick = workshop({ ms: 1 });
  expect(await code(quick.derive(reading(300_000)))).toBe('document_too_large');
});

test('a page is picked out of its document', async () => {
  const json = documentJson([...reading(1), ...reading(2)]);
  const picked = await workshop().page(json, 2);
  expect([picked.pages, picked.page?.number, picked.page?.blocks.length]).toEqual([2, 2, 2]);
  expect(await workshop().page(json, 3)).toEqual({ pages: 2, page: null });
});

test('more than may wait are told to come again', async () => {
  const busy = workshop({ waiting: 1 });
  const codes = await Promise.all(Array.from({ length: 6 }, () => code(busy.derive(reading(20_000)))));
  expect(codes.filter((one) => one === 'overloaded').length).toBeGreaterThan(0);
  expect(codes.filter((one) => one === null).length).toBeGreaterThan(0);
});

test('a file is whole however slowly it is read, and its thread is free before that', async () => {
  const made = workshop();
  const document = named(20_000);
  const slow = await made.export('txt', {}, [document], noImage);
  const other = await made.export('txt', {}, [named(1)], noImage);
  expect(await textOf(other.body)).toContain('line 0');
  const text = await textOf(slow.body);
  expect(text).toContain('line 19999');
});

test('a file that nobody reads on gives its thread back', async () => {
  const made = workshop();
  for (let n = 0; n < 2; n += 1) {
    const dropped = await made.export('html', {}, [LARGE], noImage);
    for await (const _ of dropped.body) break;
    await dropped.drop();
  }
  expect(await textOf((await made.export('txt', {}, [named(1)], noImage)).body)).toContain('line 0');
});

test('a thread that dies while a file is made breaks the file off: it does not pass for a whole one', async () => {
  const made = workshop();
  const file = await made.export('html', {}, [LARGE], noImage);
  await expect(
    (async () => {
      for await (const _ of file.body) await made.close();
    })(),
  ).rejects.toThrow();
});
