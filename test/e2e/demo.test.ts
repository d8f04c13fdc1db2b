import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readXlsx } from 'hucre/xlsx';

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

describe('npm run demo', () => {
  test('reads the samples and keeps what was read', async () => {
    const { code, output } = await demo();
    expect(output).toContain('read as expected');
    expect(code).toBe(0);
    const expected = JSON.parse(readFileSync('test/samples/expected.json', 'utf8')) as Record<string, unknown>;
    expect(Object.keys(expected).length).toBeGreaterThanOrEqual(4);
    for (const file of Object.keys(expected)) {
      const name = file.replace(/\.\w+$/, '');
      expect(existsSync(join('demo-output', `${name}.txt`))).toBe(true);
      const raw = file === REPORT ? [1, 2, 3].map((page) => `${name}.page-${page}.json`) : [`${name}.json`];
      for (const one of raw) expect(() => JSON.parse(readFileSync(join('demo-output', one), 'utf8'))).not.toThrow();
      const begins = (extension: string) =>
        readFileSync(join('demo-output', `${name}.${extension}`)).toString('latin1', 0, 5);
      expect([begins('xlsx').slice(0, 2), begins('pdf'), begins('html')]).toEqual(['PK', '%PDF-', '<!DOC']);
      expect(existsSync(join('demo-output', `${name}.md`))).toBe(true);
    }
    expect(readFileSync(join('demo-output', 'stock-report.txt'), 'utf8').split('\f')).toEqual([
      expect.stringContaining('Northbrook'),
      expect.stringContaining('Southmere'),
      expect.stringContaining('Westhollow'),
    ]);
    await expectSheetsOfReport();
  }, 240_000);

  test('says which file is no image, reads the others, and fails', async () => {
    const file = join(folder, 'notes.txt');
    writeFileSync(file, 'not an image');
    const { code, output } = await demo(file, 'test/samples/invoice-en.png');
    expect(output).toMatch(/✖ notes\.txt: .*unsupported_media_type/);
    expect(output).toContain('✔ invoice-en.png: read');
    expect(readFileSync(join('demo-output', 'invoice-en.txt'), 'utf8')).toContain('INVOICE');
    expect(code).toBe(1);
  }, 240_000);
});
