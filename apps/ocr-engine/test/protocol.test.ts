import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { UnreadableImage } from '@ocrelay/picture';
import { createLogger } from '@ocrelay/telemetry';
import { waitFor } from '../../../test/support/wait-for.ts';
import { createApp } from '../src/protocol/app.ts';
import { createJobRunner } from '../src/protocol/job-runner.ts';
import { createJobTable } from '../src/protocol/job-table.ts';
import type { Reading } from '../src/reading/page.ts';

const TOKEN = 'a-token-for-tests';
const box = { left: 1, top: 2, right: 30, bottom: 12 };
const reading: Reading = {
  width: 40,
  height: 20,
  blocks: [{ label: 'text', box, rows: [[{ text: 'hello', box, confidence: 0.99 }]] }],
};

interface Pending {
  resolve(reading: Reading): void;
  reject(error: Error): void;
}

let server: Server;
let folder: string;
let url: string;
/** Readings that were begun; a test ends them. */
let begun: Pending[];
let whenBegun: (() => void) | null;

beforeEach(async () => {
  begun = [];
  whenBegun = null;
  folder = await mkdtemp(join(tmpdir(), 'ocr-engine-test-'));
  const log = createLogger({ name: 'test', level: 'silent', format: 'json' });
  const table = createJobTable({ ttlMs: 60_000, keep: 2 });
  const read = () =>
    new Promise<Reading>((resolve, reject) => {
      begun.push({ resolve, reject });
      whenBegun?.();
    });
  const runner = createJobRunner(table, read, 1, 1, log);
  const parts = { table, runner, isAlive: () => true, token: TOKEN, uploadFolder: folder, maxUploadBytes: 1000, log };
  server = createServer(createApp(parts)).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

const call = (path: string, init: RequestInit = {}) =>
  fetch(url + path, { ...init, headers: { Authorization: `Bearer ${TOKEN}` } });
const json = async (path: string) => (await call(path)).json();

function upload(bytes = 10, part = 'file'): Promise<Response> {
  const form = new FormData();
  form.set(part, new Blob([Buffer.alloc(bytes)], { type: 'image/png' }), 'a.png');
  return call('/jobs-from-uploading', { method: 'POST', body: form });
}
async function submit(): Promise<string> {
  const response = await upload();
  expect(response.status).toBe(201);
  return ((await response.json()) as { job_id: string }).job_id;
}
async function nextReading(count = 1): Promise<Pending> {
  while (begun.length < count) await new Promise<void>((resolve) => (whenBegun = resolve));
  return begun[count - 1] as Pending;
}

describe('a job', () => {
  test('is queued, runs, finishes, and its result has the shape of the protocol', async () => {
    const id = await submit();
    const running = await nextReading();
    expect(await json(`/longpoll/jobs/${id}?since_seq=0`)).toMatchObject({
      events: [
        { seq: 1, type: 'queued' },
        { seq: 2, type: 'running', payload: { done_pages: 0, total_pages: 1 } },
      ],
      last_seq: 2,
      done: false,
    });
    const poll = json(`/longpoll/jobs/${id}?since_seq=2&timeout_ms=60000`);
    running.resolve(reading);
    expect(((await poll) as { last_seq: number }).last_seq).toBeGreaterThan(2);
    expect(await json(`/longpoll/jobs/${id}?since_seq=4`)).toEqual({ events: [], last_seq: 4, done: true });
    expect(await json(`/result/json/jobs/${id}`)).toMatchObject({
      job_id: id,
      final: { status: 'finished', total_pages: 1, done_pages: 1, error_message: '' },
      pages: [
        {
          width: 40,
          height: 20,
          parsing_res_list: [{ block_label: 'text', block_content: 'hello', block_bbox: [1, 2, 30, 12] }],
        },
      ],
    });
    expect(await (await call(`/result/markdown/jobs/${id}`)).text()).toBe('hello\n');
    expect(await readdir(folder)).toEqual([]);
  });

  test('fails with the message that the sender of a damaged image understands', async () => {
    const id = await submit();
    (await nextReading()).reject(new UnreadableImage('The image is damaged.'));
    expect(await json(`/longpoll/jobs/${id}?since_seq=2&timeout_ms=60000`)).toMatchObject({
      events: [{ type: 'failed', payload: { error_message: 'The image is damaged.' } }],
      done: true,
    });
    expect(await json(`/result/json/jobs/${id}`)).toMatchObject({
      final: { status: 'failed', error_message: 'The image is damaged.' },
      pages: [],
    });
  });

  test('is stopped by DELETE, and the next one runs when its reader has come to its end', async () => {
    const id = await submit();
    const first = await nextReading();
    await submit();
    expect((await call(`/jobs/${id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await call(`/longpoll/jobs/${id}`)).status).toBe(404);
    expect(begun).toHaveLength(1);
    first.resolve(reading);
    await nextReading(2);
  });

  test('that waits is dropped by DELETE: it is never read, and its upload is gone', async () => {
    await submit();
    const first = await nextReading();
    const waiting = await submit();
    expect((await call(`/jobs/${waiting}`, { method: 'DELETE' })).status).toBe(204);
    expect(await json('/health')).toMatchObject({ queue_len: 0 });
    const last = await submit(); // there is room again
    first.resolve(reading);
    await nextReading(2);
    expect((await call(`/longpoll/jobs/${waiting}`)).status).toBe(404);
    expect((await json(`/longpoll/jobs/${last}?since_seq=0`)) as object).toMatchObject({ last_seq: 2 }); // it was the second to be read
    await waitFor('the two uploads to be gone', async () => (await readdir(folder)).length === 1);
  });

  test('that was stopped leaves no result, whatever its reader still says', async () => {
    const id = await submit();
    const running = await nextReading();
    const poll = call(`/longpoll/jobs/${id}?since_seq=2&timeout_ms=60000`);
    await call(`/jobs/${id}`, { method: 'DELETE' });
    expect((await poll).status).toBe(404);
    running.resolve(reading);
    await submit();
    await nextReading(2); // the thread is free again
    expect((await call(`/result/json/jobs/${id}`)).status).toBe(404);
  });

  test('that nobody knows, or no more, cannot be stopped: 404', async () => {
    expect((await call('/jobs/unknown', { method: 'DELETE' })).status).toBe(404);
    const id = await submit();
    await nextReading();
    await call(`/jobs/${id}`, { method: 'DELETE' });
    expect((await call(`/jobs/${id}`, { method: 'DELETE' })).status).toBe(404);
  });
});

describe('refusals', () => {
  test('without the token no call is answered', async () => {
    for (const path of ['/health', '/result/json/jobs/x', '/nowhere'])
      expect((await fetch(url + path)).status).toBe(401);
    expect((await fetch(`${url}/health`, { headers: { Authorization: 'Bearer wrong' } })).status).toBe(401);
    expect(await json('/health')).toEqual({
      ok: true,
      queue_len: 0,
      worker_alive: true,
      extensions: { cancel_job: 'DELETE /jobs/{job_id}' },
    });
  });

  test('a full queue is 503 with Retry-After', async () => {
    await submit();
    await nextReading();
    await submit();
    const response = await upload();
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await json('/health')).toMatchObject({ queue_len: 1 });
  });

  test.each([
    ['a file that is too large', () => upload(2000), 413],
    ['no part named file', () => upload(10, 'picture'), 400],
    ['a job that nobody knows', () => call('/longpoll/jobs/unknown'), 404],
    ['a call that does not exist', () => call('/nowhere'), 404],
  ])('%s is refused in JSON', async (_name, ask, status) => {
    const response = await ask();
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ detail: expect.any(String) });
    expect(await readdir(folder)).toEqual([]);
  });
});

test('a table forgets what is done and old, or too many; never what is in work', () => {
  let now = 0;
  const table = createJobTable({ ttlMs: 100, keep: 2 }, () => now);
  const jobs = ['a', 'b', 'c', 'd'].map((name) => table.add(name, name));
  for (const job of jobs.slice(0, 3)) {
    now += 1;
    table.end(job, 'finished', { json: '{}', markdown: '' }, {});
  }
  const known = () => jobs.map((job) => table.find(job.id) !== null);
  expect(known()).toEqual([false, true, true, true]);
  now = 102;
  table.prune();
  expect(known()).toEqual([false, false, true, true]);
});
