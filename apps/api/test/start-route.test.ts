import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { waitFor } from '../../../test/support/wait-for.ts';
import { type Advance, advance } from './support/advance.ts';
import { startApi, type TestApi } from './support/api.ts';

/** Longer than a test waits: what ends sooner was woken. */
const PATIENT = { START_WAIT_MS: '600000' };

let api: TestApi;
let worker: Advance;
beforeAll(async () => {
  api = await startApi(PATIENT);
  worker = advance(api.context.database);
});
afterAll(() => api.stop());

const start = (id: string, headers = {}) => api.ask(`/api/v1/ocr/start/${id}`, { method: 'POST', headers });
const uploaded = async () => (await api.upload()).body.data.task_id as string;
const status = async (id: string) => (await api.ask(`/api/v1/tasks/${id}`)).body.data.status as string;
const queued = (id: string) => waitFor(`task ${id} to be queued`, async () => (await status(id)) === 'queued');

describe('starting a task', () => {
  test('answers 200 with the OCR job once the service has the image', async () => {
    const id = await uploaded();
    const answer = start(id);
    await queued(id);
    await worker.submitted(id, 'job-1');
    const message = 'OCR job created, job_id: job-1';
    expect((await answer).status).toBe(200);
    expect((await answer).body).toEqual({
      success: true,
      message,
      data: { task_id: id, ocr_job_id: 'job-1', status: 'ocr_processing', message },
    });
  });

  test('says so in Chinese to who prefers it', async () => {
    const id = await uploaded();
    const answer = start(id, { 'Accept-Language': 'zh-CN,zh;q=0.9,en;q=0.5' });
    await queued(id);
    await worker.submitted(id, 'job-2');
    expect((await answer).body.message).toBe('OCR 任务创建成功，job_id: job-2');
  });

  test('is idempotent while the task is in progress: one run, one job', async () => {
    const id = await uploaded();
    const both = [start(id), start(id)];
    await queued(id);
    await worker.submitted(id, 'job-3');
    for (const answer of await Promise.all(both)) expect(answer.body.data.ocr_job_id).toBe('job-3');
    expect((await start(id)).body.data.ocr_job_id).toBe('job-3');
    const events = await api.ask(`/api/v1/tasks/${id}/events`);
    expect(events.body.data.events.map((event: { type: string }) => event.type)).toEqual([
      'uploaded',
      'queued',
      'submitted',
    ]);
  });

  test('answers 502 with the reason when the submit failed for good', async () => {
    const id = await uploaded();
    const answer = start(id);
    await queued(id);
    await worker.failed(id, 'ocr_rejected', 'the service does not read such images');
    const { status: code, body } = await answer;
    expect([code, body.success, body.error.code, body.message]).toEqual([
      502,
      false,
      'ocr_rejected',
      'the service does not read such images',
    ]);
  });

  test('starts a failed task again, in a new generation', async () => {
    const id = await uploaded();
    const first = start(id);
    await queued(id);
    await worker.failed(id, 'ocr_rejected', 'no');
    await first;
    const again = start(id);
    await queued(id);
    await worker.submitted(id, 'job-4');
    expect((await again).body.data.ocr_job_id).toBe('job-4');
    const events = await api.ask(`/api/v1/tasks/${id}/events`);
    expect(events.body.data.events.at(-1)).toMatchObject({ type: 'submitted', generation: 2 });
  });

  test('of a task that is done is refused', async () => {
    const { body } = await api.upload({ start: true });
    await worker.done(body.data.task_id, Buffer.from('{}'));
    const refused = await start(body.data.task_id);
    expect([refused.status, refused.body.error.code]).toEqual([409, 'invalid_state']);
  });

  test('of a task that does not exist is 404, and of no id 400', async () => {
    expect((await start(randomUUID())).body.error.code).toBe('task_not_found');
    expect((await start('7')).body.error.code).toBe('invalid_id');
  });

  test('with a body that is broken JSON is refused and starts nothing', async () => {
    const id = await uploaded();
    const headers = { 'Content-Type': 'application/json' };
    const { status: code, body } = await api.ask(`/api/v1/ocr/start/${id}`, { method: 'POST', headers, body: '{' });
    expect([code, body.error.code]).toEqual([400, 'malformed_json']);
    expect(await status(id)).toBe('uploaded');
  });
});

describe('waiting for the submit', () => {
  test('ends with 202 after START_WAIT_MS, the task queued', async () => {
    const hasty = await startApi({ START_WAIT_MS: '50' });
    try {
      const id = (await hasty.upload()).body.data.task_id;
      const { status: code, body } = await hasty.ask(`/api/v1/ocr/start/${id}`, { method: 'POST' });
      expect(code).toBe(202);
      expect(body.data).toMatchObject({ task_id: id, ocr_job_id: null, status: 'queued' });
    } finally {
      await hasty.stop();
    }
  });

  test('ends when the client leaves, and holds no database connection meanwhile', async () => {
    const waits = countWaits(api);
    const id = await uploaded();
    const client = request(`${api.url}/api/v1/ocr/start/${id}`, { method: 'POST' });
    client.on('error', () => {});
    client.end();
    const { pool } = api.context.database;
    await waitFor('a wait that holds no connection', () => waits.pending === 1 && pool.totalCount === pool.idleCount);
    client.destroy();
    await waitFor('the wait to end', () => waits.pending === 0);
    const ended = waits.begun;
    await queued(id);
    expect(waits.begun).toBe(ended);
  });

  test('ends with 202 when the server stops', async () => {
    const stopping = await startApi(PATIENT);
    try {
      const id = (await stopping.upload()).body.data.task_id;
      const answer = stopping.ask(`/api/v1/ocr/start/${id}`, { method: 'POST' });
      await waitFor('the task to be queued', async () => {
        return (await stopping.ask(`/api/v1/tasks/${id}`)).body.data.status === 'queued';
      });
      stopping.context.drain();
      expect((await answer).status).toBe(202);
    } finally {
      await stopping.stop();
    }
  });
});

/** Counts the waits of this API from now on. */
function countWaits({ context }: TestApi): { pending: number; begun: number } {
  const waits = { pending: 0, begun: 0 };
  const { waitFor: wait } = context.wakeUps;
  context.wakeUps.waitFor = async (...given) => {
    waits.begun += 1;
    waits.pending += 1;
    await wait(...given);
    waits.pending -= 1;
  };
  return waits;
}
