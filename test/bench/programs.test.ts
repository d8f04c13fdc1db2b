/** Benchmarks are run by hand, and seldom: that their programs still start is seen here. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { BACKENDS } from '../support/ocrelay.ts';

const node = (args: readonly string[]) => promisify(execFile)(process.execPath, [...args]);

let startProgram: typeof import('./processes.ts').startProgram;
let database: TestDatabase | undefined;
let folder: string;

beforeAll(async () => {
  const programs = ['main', 'bare-stages', 'bare-upload-server'].map((name) => `test/bench/${name}.ts`);
  const { stdout } = await node(['scripts/build.js', '--only', '', ...programs]);
  folder = stdout.trim();
  process.env['BENCH_DIST'] = folder; // where `processes` looks for programs
  ({ startProgram } = await import('./processes.ts'));
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

test('all benchmarks load', async () => {
  await expect(node([join(folder, 'test/bench/main.js'), 'none'])).resolves.toMatchObject({ stdout: '' });
});

test('the bare server takes uploads', async () => {
  const uploads = await mkdtemp(join(tmpdir(), 'ocrelay-bare-'));
  const server = await startProgram('test/bench/bare-upload-server', { BENCH_UPLOADS: uploads });
  try {
    const body = new FormData();
    body.set('file', new Blob(['an image']), 'scan.png');
    expect((await fetch(`${server.url}/upload`, { method: 'POST', body })).status).toBe(201);
  } finally {
    await server.stop();
    await rm(uploads, { recursive: true });
  }
});

if (BACKENDS.includes('redis')) {
  test('the bare stages are ready for jobs', async () => {
    const stages = await startProgram('test/bench/bare-stages', {
      BENCH_REDIS_URL: process.env['TEST_REDIS_URL'] ?? '',
      BENCH_DATABASE_URL: database?.url ?? '',
      BENCH_OCR_URL: 'http://127.0.0.1:9',
    });
    await stages.stop();
  });
}
