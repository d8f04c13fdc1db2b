import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readXlsx } from 'hucre/xlsx';
import sharp from 'sharp';
import { characterErrorRate } from '../bench/character-errors.ts';
import { typefaceOf } from '../bench/reading/pages/fonts.ts';
import { createSheet } from '../bench/reading/pages/sheet.ts';
import { gridOf, type ReadBlock, textOf } from '../bench/reading/score/grid.ts';

/** The sample of several pages. */
const REPORT = 'stock-report.pdf';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ocrelay-demo-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function demo(...args: string[]): Promise<{ code: number | null; output: string }> {
  const settings = { OCR_BASE_URL: '', OCR_TOKEN: '', NODE_OPTIONS: '' };
  const child = spawn(process.execPath, ['scripts/run.js', 'demo', ...args], {
    env: { ...process.env, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}

/** The engine has read the report's pages without a wrong character, with all merged cells. */
function expectPagesOfReport(): void {
  const { [REPORT]: expected } = JSON.parse(readFileSync('test/samples/expected.json', 'utf8'));
  const wanted: string[] = expected.text.join('\n').split('\n\f\n');
  const read = [1, 2, 3].map((page): ReadBlock[] => {
    const raw = JSON.parse(readFileSync(join('demo-output', `stock-report.page-${page}.json`), 'utf8'));
    return raw.pages[0].parsing_res_list;
  });
  const texts = read.map((blocks) => blocks.map(textOf).join('\n'));
  expect(texts.map((text, index) => characterErrorRate(text, wanted[index] ?? '', 'ignored'))).toEqual([0, 0, 0]);
  const merged = read.map((blocks) => {
    const cells = blocks.filter((one) => one.block_label === 'table').flatMap((one) => gridOf(one.block_content));
    return cells.filter((cell) => cell.rowSpan * cell.columnSpan > 1).map((cell) => cell.text);
  });
  expect(merged).toEqual([
    ['Total of Northbrook'],
    ['East', 'West', 'Both halls'],
    ['Product', 'Pieces', 'Price in EUR', 'Value in EUR'],
  ]);
}

/** The three tables of the report are three sheets, with its numbers as numbers. */
async function expectSheetsOfReport(): Promise<void> {
  const { sheets } = await readXlsx(readFileSync(join('demo-output', 'stock-report.xlsx')));
  const numbers = sheets.map(({ name, rows, merges }) => ({
    name,
    merged: merges?.length,
    rows: rows.map((row) => row.filter((value) => typeof value === 'number')).filter((row) => row.length > 0),
  }));
  expect(numbers).toEqual([
    {
      name: 'Northbrook warehouse',
      merged: 1,
      rows: [[4200, 0.18, 756], [9500, 0.04, 380], [640, 0.95, 608], [312, 4.75, 1482], [85, 3.2, 272], [3498]],
    },
    {
      name: 'Southmere warehouse',
      merged: 3,
      rows: [
        [120, 118, 2],
        [260, 258, 2],
        [75, 74, 1],
        [48, 45, 3],
        [90, 86, 4],
        [593, 581, 12],
      ],
    },
    {
      name: 'Westhollow warehouse',
      merged: 4,
      rows: [
        [14, 6, 289, 5780],
        [22, 3, 164.5, 4112.5],
        [31, 9, 97, 3880],
        [40, 12, 58.25, 3029],
        [107, 30, 16801.5],
      ],
    },
  ]);
}

/** A picture of this word, which takes little reading. */
async function pictureOf(word: string): Promise<string> {
  const sheet = createSheet(240, 90);
  sheet.write(typefaceOf('English').regular, 32, 40, 58, word);
  const { gray, width, height } = await sheet.toImage();
  const path = join(folder, `${word}.png`);
  await sharp(gray, { raw: { width, height, channels: 1 } }).toFile(path);
  return path;
}

/** Removes what an earlier demo has kept of a file. */
function forget(name: string): void {
  if (!existsSync('demo-output')) return;
  for (const file of readdirSync('demo-output')) if (file.startsWith(`${name}.`)) rmSync(join('demo-output', file));
}

/** What is kept of a file in all cases, and what the formats begin with. */
function expectKept(name: string, raw: readonly string[]): void {
  for (const one of raw) expect(() => JSON.parse(readFileSync(join('demo-output', one), 'utf8'))).not.toThrow();
  const begins = (extension: string) =>
    readFileSync(join('demo-output', `${name}.${extension}`)).toString('latin1', 0, 5);
  expect([begins('xlsx').slice(0, 2), begins('pdf'), begins('html')]).toEqual(['PK', '%PDF-', '<!DOC']);
  for (const extension of ['txt', 'md']) expect(existsSync(join('demo-output', `${name}.${extension}`))).toBe(true);
}

// All samples at once are read by the demo that .ci/run ends with.
describe('npm run demo', () => {
  test('reads a document and keeps what was read', async () => {
    forget('stock-report');
    const { code, output } = await demo(join('test/samples', REPORT));
    expect(output).toContain(`✔ ${REPORT}: read`);
    expect(code).toBe(0);
    expectKept(
      'stock-report',
      [1, 2, 3].map((page) => `stock-report.page-${page}.json`),
    );
    expect(readFileSync(join('demo-output', 'stock-report.txt'), 'utf8').split('\f')).toEqual([
      expect.stringContaining('Northbrook'),
      expect.stringContaining('Southmere'),
      expect.stringContaining('Westhollow'),
    ]);
    expectPagesOfReport();
    await expectSheetsOfReport();
  }, 240_000);

  test('says which file is no image, reads the others, and fails', async () => {
    const file = join(folder, 'notes.txt');
    writeFileSync(file, 'not an image');
    forget('Workshop');
    const { code, output } = await demo(file, await pictureOf('Workshop'));
    expect(output).toMatch(/✖ notes\.txt: .*unsupported_media_type/);
    expect(output).toContain('✔ Workshop.png: read');
    expect(readFileSync(join('demo-output', 'Workshop.txt'), 'utf8').trim()).toBe('Workshop');
    expectKept('Workshop', ['Workshop.json']);
    expect(code).toBe(1);
  }, 240_000);
});
