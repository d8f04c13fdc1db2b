import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { chooseFiles, type DemoFile } from '../src/files.ts';
import type { Reading } from '../src/read-files.ts';
import { showReadings } from '../src/show-readings.ts';

const ROOT = process.cwd();

describe('without arguments', () => {
  test('the samples are read, each with strings that must be found in it', () => {
    const files = chooseFiles([], ROOT, ROOT);
    expect(files.length).toBeGreaterThanOrEqual(4);
    expect(files.map(({ name }) => name)).toContain('stock-report');
    for (const { path, mustContain } of files) {
      expect([path, existsSync(path)]).toEqual([path, true]);
      expect(mustContain.length).toBeGreaterThan(0);
    }
  });
});

describe("a user's own files", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ocrelay-demo-test-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('are found from where the user is, and two of one name are kept apart', () => {
    for (const file of ['scan.png', 'scan.jpg']) writeFileSync(join(folder, file), '');
    const files = chooseFiles(['scan.png', 'scan.jpg'], folder, ROOT);
    expect(files).toEqual([
      { path: join(folder, 'scan.png'), name: 'scan', mustContain: [] },
      { path: join(folder, 'scan.jpg'), name: 'scan-2', mustContain: [] },
    ]);
  });

  test('cannot be a folder, which is said', () => {
    expect(() => chooseFiles(['.'], folder, ROOT)).toThrow(`${folder} is a folder: name the files in it, as in ./*`);
  });

  test('that are not there are named', () => {
    expect(() => chooseFiles(['none.png'], folder, ROOT)).toThrow(join(folder, 'none.png'));
  });
});

describe('what was read', () => {
  let said: string;
  beforeEach(() => {
    said = '';
    jest.spyOn(console, 'log').mockImplementation((line) => {
      said += `${line}\n`;
    });
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  const file: DemoFile = { path: '/samples/note.png', name: 'note', mustContain: ['Total'] };
  const reading: Reading = { file, paged: false, text: 'Total 12', missing: [] };

  test('as expected is said with its files', () => {
    expect(showReadings([reading], 'out')).toBe(true);
    expect(said).toContain('✔ note.png: read as expected; out/note.{json,txt,xlsx,md,html,pdf}');
  });

  test('without what must be in it is said, and is no success', () => {
    expect(showReadings([reading, { ...reading, missing: ['Total'] }], 'out')).toBe(false);
    expect(said).toContain('✖ note.png: not found in what was read: Total; see out/note.');
  });
});
