import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { temporaryDataDir } from '@ocrelay/stack';

const SAMPLES = join(process.cwd(), 'test', 'samples');
let dataDir: string;
let running: ChildProcess[];

beforeEach(async () => {
  dataDir = await temporaryDataDir('ocrelay-start-');
  running = [];
});
afterEach(async () => {
  for (const one of running) await stop(one);
  rmSync(dataDir, { recursive: true, force: true });
});

/** `npm start`, up: its lines so far, and where its API is. */
async function start(): Promise<{ supervisor: ChildProcess; apiUrl: string; lines: string[] }> {
  const embedded = { DATABASE_URL: '', REDIS_URL: '', OCR_BASE_URL: '', OCR_TOKEN: '', API_KEYS: '', STORAGE_URL: '' };
  const settings = {
    ...embedded,
    NODE_OPTIONS: '',
    DATA_DIR: dataDir,
    HOST: '127.0.0.1',
    PORT: '0',
    LOG_FORMAT: 'pretty',
  };
  const supervisor = spawn(process.execPath, ['scripts/run.js', 'start'], {
    env: { ...process.env, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.push(supervisor);
  const lines: string[] = [];
  const apiUrl = await new Promise<string>((resolve, reject) => {
    let rest = '';
    const read = (chunk: Buffer): void => {
      const parts = `${rest}${chunk}`.split('\n');
      rest = parts.pop() ?? '';
      lines.push(...parts);
      const url = parts.map((line) => /API +(http:\S+)\/api\/v1/.exec(line)?.[1]).find((one) => one !== undefined);
      if (url !== undefined) resolve(url);
    };
    supervisor.stdout?.on('data', read);
    supervisor.stderr?.on('data', read);
    supervisor.once('close', (code) => reject(new Error(`npm start ended with ${code}:\n${lines.join('\n')}`)));
  });
  return { supervisor, apiUrl, lines };
}

async function stop(supervisor: ChildProcess, signal: NodeJS.Signals = 'SIGINT'): Promise<void> {
  if (supervisor.exitCode !== null || supervisor.signalCode !== null) return;
  const closed = once(supervisor, 'close');
  supervisor.kill(signal);
  await closed;
}

/** Uploads the first sample and waits for its reading. */
async function readSample(apiUrl: string): Promise<string> {
  const file = readdirSync(SAMPLES).find((name) => name.endsWith('.png')) ?? '';
  const { readFile } = await import('node:fs/promises');
  const body = new FormData();
  body.append('file', new Blob([await readFile(join(SAMPLES, file))]), file);
  const uploaded = await fetch(`${apiUrl}/api/v1/upload/image?start=true`, { method: 'POST', body });
  expect(uploaded.status).toBe(201);
  const { data } = (await uploaded.json()) as { data: { task_id: string } };
  for (;;) {
    const answer = await fetch(`${apiUrl}/api/v1/tasks/${data.task_id}`);
    const task = ((await answer.json()) as { data: { status: string; error_message: string | null } }).data;
    if (task.status === 'ocr_failed') throw new Error(task.error_message ?? 'failed without a reason');
    if (task.status === 'ocr_done') return data.task_id;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe('npm start', () => {
  test('says where everything is, reads an image, and stops cleanly', async () => {
    const { supervisor, apiUrl, lines } = await start();
    const id = await readSample(apiUrl);
    const text = await (await fetch(`${apiUrl}/api/v1/tasks/${id}/text`)).text();
    expect(text.trim()).not.toBe('');
    const said = lines.join('\n');
    for (const part of [`${apiUrl}/docs`, `${apiUrl}/admin/queues`, dataDir]) expect(said).toContain(part);
    expect(lines.filter((line) => / (WARNING|ERROR|FATAL): /.test(line))).toEqual([]); // Postgres' own lines
    expect((await fetch(`${apiUrl}/docs`)).status).toBe(200);
    await stop(supervisor);
    expect(supervisor.exitCode).toBe(0);
    await expect(fetch(apiUrl)).rejects.toThrow();
  }, 180_000);

  test('after its supervisor was killed the next start has the data', async () => {
    const first = await start();
    const id = await readSample(first.apiUrl);
    await stop(first.supervisor, 'SIGKILL');
    const { apiUrl } = await start();
    expect((await fetch(`${apiUrl}/api/v1/tasks/${id}/text`)).status).toBe(200);
  }, 180_000);
});
