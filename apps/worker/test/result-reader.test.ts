import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { createResultReader } from '../src/reading/result-reader.ts';

const THREAD = pathToFileURL(join(process.env['TEST_DIST'] ?? 'dist', 'apps/worker/src/reading/read-result-thread.js'));
const good = Buffer.from(
  JSON.stringify({
    final: { status: 'finished' },
    pages: [{ parsing_res_list: [{ block_label: 'text', block_content: 'x'.repeat(2_000_000) }] }],
  }),
);
const tooMuch = (limit: string) => ({
  ok: false,
  fault: { reaction: 'retry', code: 'ocr_bad_response', message: expect.stringContaining(`more than ${limit}`) },
});

describe('a large result', () => {
  test('is read in a thread', async () => {
    const reading = await createResultReader(THREAD, null).read(good);
    expect(reading).toMatchObject({ ok: true, value: { pageCount: 1 } });
  });

  test('that needs more memory than it may is a bad answer, and the next one is read', async () => {
    const reader = createResultReader(THREAD, null, { ms: 120_000, heapMb: 32 });
    const list = `[${'0,'.repeat(100_000)}0]`; // 800 kB of memory each
    expect(await reader.read(Buffer.from(`[${`${list},`.repeat(100)}${list}]`))).toMatchObject(tooMuch('32 MB'));
    expect(await reader.read(good)).toMatchObject({ ok: true });
  });

  test('that takes longer than it may is a bad answer, and the next one is read', async () => {
    const reader = createResultReader(THREAD, null, { ms: 1, heapMb: 512 });
    expect(await reader.read(Buffer.from(`[${'{"a":1},'.repeat(1_000_000)}{}]`))).toMatchObject(tooMuch('1 ms'));
    expect(await createResultReader(THREAD, null).read(good)).toMatchObject({ ok: true });
  });
});
