import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

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

describe('npm run demo', () => {
  test('reads the samples and keeps what was read', async () => {
    const { code, output } = await demo();
    expect(output).toContain('read as expected');
    expect(code).toBe(0);
    const expected = JSON.parse(readFileSync('test/samples/expected.json', 'utf8')) as Record<string, unknown>;
    expect(Object.keys(expected).length).toBeGreaterThanOrEqual(3);
    for (const file of Object.keys(expected)) {
      const name = file.replace(/\.\w+$/, '');
      expect(existsSync(join('demo-output', `${name}.txt`))).toBe(true);
      expect(() => JSON.parse(readFileSync(join('demo-output', `${name}.json`), 'utf8'))).not.toThrow();
      const begins = (extension: string) =>
        readFileSync(join('demo-output', `${name}.${extension}`)).toString('latin1', 0, 5);
      expect([begins('xlsx').slice(0, 2), begins('pdf'), begins('html')]).toEqual(['PK', '%PDF-', '<!DOC']);
      expect(existsSync(join('demo-output', `${name}.md`))).toBe(true);
    }
  }, 180_000);

  test('says which file is no image, and fails', async () => {
    const file = join(folder, 'notes.txt');
    writeFileSync(file, 'not an image');
    const { code, output } = await demo(file);
    expect(output).toMatch(/The demo failed: notes\.txt: .*unsupported_media_type/);
    expect(code).toBe(1);
  }, 120_000);
});
