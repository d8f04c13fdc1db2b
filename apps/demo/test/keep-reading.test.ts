import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { TaskView } from '@ocrelay/contracts';
import type { ApiClient } from '../src/api-client.ts';
import { keepReading } from '../src/keep-reading.ts';

const FILES = ['it.html', 'it.md', 'it.pdf', 'it.txt', 'it.xlsx'];
/** Answers with what it was asked for. */
const api: Pick<ApiClient, 'raw' | 'export' | 'text'> = {
  text: async () => 'one\ftwo',
  raw: async (_, page) => Buffer.from(`raw ${page ?? 'whole'}`),
  export: async (_, format) => Buffer.from(format),
};
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ocrelay-demo-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function kept(content_type: string, total_pages: number) {
  const task = { content_type, progress: { done_pages: total_pages, total_pages } } as TaskView;
  expect(await keepReading(api, task, join(folder, 'it'))).toBe('one\ftwo');
  const raw = readdirSync(folder).filter((file) => !FILES.includes(file));
  expect(readdirSync(folder).sort()).toEqual([...FILES, ...raw].sort());
  return raw.map((file) => [file, readFileSync(join(folder, file), 'utf8')]);
}

test.each([1, 3])('an image is kept with its raw JSON in one file, also of %i pages', async (pages) => {
  expect(await kept('image/tiff', pages)).toEqual([['it.json', 'raw whole']]);
});

test.each([1, 3])('a PDF of %i pages is kept with the raw JSON of each page', async (pages) => {
  const numbers = Array.from({ length: pages }, (_, index) => index + 1);
  expect(await kept('application/pdf', pages)).toEqual(numbers.map((n) => [`it.page-${n}.json`, `raw ${n}`]));
});
