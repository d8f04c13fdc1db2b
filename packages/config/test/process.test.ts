import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { compilePrograms } from '../../../test/support/compiled.ts';

jest.setTimeout(60_000);

let program: string;
let folder: string;
beforeAll(() => {
  program = fileURLToPath(compilePrograms('config')('config'));
  folder = mkdtempSync(join(tmpdir(), 'ocrelay-config-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A program that starts in a folder with this `.env`, with just these variables. */
function start(loader: string, env: Record<string, string>, dotEnv = '') {
  writeFileSync(join(folder, '.env'), dotEnv);
  const ran = spawnSync(process.execPath, [program, loader], { cwd: folder, env, encoding: 'utf8' });
  return { ...ran, config: () => JSON.parse(ran.stdout) };
}

describe('a program that starts', () => {
  test.each([
    ['api', { OCR_BASE_URL: 'http://ocr.test' }, 'DATABASE_URL'],
    ['worker', { DATABASE_URL: 'postgres://db.test/x' }, 'OCR_BASE_URL'],
    ['engine', { PORT: '65536' }, 'PORT'],
    ['stack', { LOG_LEVEL: 'loud' }, 'LOG_LEVEL'],
    ['database', { DATABASE_URL: 'mysql://db.test/x' }, 'DATABASE_URL'],
  ])('with a wrong environment says so in one line and exits with 78: %s', (loader, env, name) => {
    const { status, stdout, stderr } = start(loader, env);
    expect(stderr).toMatch(new RegExp(`^${name}: [^\n]+\n$`));
    expect(stdout).toBe('');
    expect(status).toBe(78);
  });

  test('reads .env of its folder', () => {
    const { config } = start('stack', {}, '# comment\nPORT=9001\nHOST="127.0.0.2" # quoted\n');
    expect(config()).toMatchObject({ port: 9001, host: '127.0.0.2' });
  });

  test('prefers what its process is given', () => {
    expect(start('stack', { PORT: '9002' }, 'PORT=9001').config()).toMatchObject({ port: 9002 });
  });

  test('can be given nothing for what .env sets, which unsets it', () => {
    expect(start('stack', { REDIS_URL: '' }, 'REDIS_URL=redis://cache.test').config()).toMatchObject({
      redisUrl: null,
    });
  });

  test('names a wrong value of .env too', () => {
    expect(start('stack', {}, 'PORT=http')).toMatchObject({ status: 78, stderr: 'PORT: must be a whole number\n' });
  });

  test('logs JSON when nobody watches', () => {
    expect(start('stack', {}).config()).toMatchObject({ log: { level: 'info', format: 'json' } });
  });
});
