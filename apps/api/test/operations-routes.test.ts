import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { jobId } from '@ocrelay/contracts';
import { type FakeOcr, OFFERS_CANCEL, startFakeOcr } from '../../../test/support/ocr-server/index.ts';
import { waitFor } from '../../../test/support/wait-for.ts';
import { type Advance, advance } from './support/advance.ts';
import { type Answer, startApi, type TestApi } from './support/api.ts';

let api: TestApi;
let ocr: FakeOcr;
let worker: Advance;
beforeAll(async () => {
  ocr = await startFakeOcr();
  api = await startApi({ OCR_BASE_URL: ocr.url, START_WAIT_MS: '600000' });
  worker = advance(api.context.database);
});
beforeEach(() => ocr.script({ health: OFFERS_CANCEL, faults: [] }));
afterAll(async () => {
  await api.stop();
  await ocr.close();
});

const post = (path: string, init: RequestInit = {}) => api.ask(path, { method: 'POST', ...init });
const cancel = (id: string, headers = {}) => post(`/api/v1/tasks/${id}/cancel`, { headers });
const retry = (id: string, headers = {}) => post(`/api/v1/tasks/${id}/retry`, { headers });
const remove = (id: string, headers = {}) => api.ask(`/api/v1/tasks/${id}`, { method: 'DELETE', headers });
const task = async (id: string) => (await api.ask(`/api/v1/tasks/${id}`)).body.data;
const outcome = ({ status, body }: Answer) => [status, body.error?.code ?? null];
const rows = async (statement: string, values: unknown[] = []) =>
  (await api.context.database.pool.query(statement, values)).rows;

const uploaded = async (): Promise<string> => (await api.upload()).body.data.task_id;
const queued = async (): Promise<string> => (await api.upload({ start: true })).body.data.task_id;
/** With a job that the fake service has. */
async function processing(): Promise<{ id: string; ocrJobId: string }> {
  const id = await queued();
  const form = new FormData();
  form.set('file', new Blob(['an image']), 'a.png');
  ocr.script({ job: { durationMs: Number.POSITIVE_INFINITY } });
  const response = await fetch(`${ocr.url}/jobs-from-uploading`, { method: 'POST', body: form });
  const { job_id: ocrJobId } = (await response.json()) as { job_id: string };
  await worker.submitted(id, ocrJobId);
  await rows('update tasks set ocr_endpoint = $2 where id = $1', [id, ocr.url]);
  return { id, ocrJobId };
}
async function failed(code: 'ocr_rejected' | 'ocr_job_failed' = 'ocr_rejected'): Promise<string> {
  const id = await queued();
  await worker.failed(id, code, 'unreadable');
  return id;
}
async function done(): Promise<string> {
  const id = await queued();
  await worker.done(id, Buffer.from('{}'));
  return id;
}
const jobState = async (id: string, generation: number, dispatch: number) =>
  (await api.context.backend.queue('submit')).getJobState(jobId({ task_id: id, generation, dispatch }));

/** An add that takes long, on a busy machine, is answered before it is there. */
const waitsInQueue = (id: string, generation: number, dispatch: number) =>
  waitFor('the job to wait in the queue', async () => (await jobState(id, generation, dispatch)) === 'waiting');

describe('cancelling', () => {
  test('answers the task as it then stands, and what cannot be stopped', async () => {
    const { id, ocrJobId } = await processing();
    const { status, body } = await cancel(id);
    expect([status, body.success]).toEqual([200, true]);
    expect(body.message).toMatch(
      /^task cancelled; an OCR service that offers a call to stop a job is told, any other may go on/,
    );
    expect(body.data).toMatchObject({
      task_id: id,
      status: 'cancelled',
      stage: 'poll',
      ocr_job_id: ocrJobId,
      error_code: null,
      error_message: null,
      finished_at: expect.any(String),
    });
    expect(body.data).toEqual(await task(id));
    const events = (await api.ask(`/api/v1/tasks/${id}/events`)).body.data.events;
    expect(events.at(-1)).toMatchObject({ type: 'cancelled', stage: 'poll', data: { was: 'ocr_processing' } });
  });

  test('says no more than that where nothing runs, in Chinese to who prefers it', async () => {
    expect((await cancel(await uploaded())).body.message).toBe('task cancelled');
    expect((await cancel(await queued(), { 'Accept-Language': 'zh-CN' })).body.message).toBe('任务已取消');
    const { id } = await processing();
    expect((await cancel(id, { 'Accept-Language': 'zh' })).body.message).toContain(
      '若 OCR 服务提供停止作业的接口，则会通知其停止',
    );
  });

  test('again is 200 again, and changes nothing', async () => {
    const id = await queued();
    const first = await cancel(id);
    const again = await cancel(id);
    expect([again.status, again.body.message, again.body.data]).toEqual([
      200,
      'task was cancelled before',
      first.body.data,
    ]);
  });

  test('what has ended is 409, what is not there 404, no id 400', async () => {
    for (const [id, status] of [
      [await done(), 'ocr_done'],
      [await failed(), 'ocr_failed'],
    ] as const) {
      const refused = await cancel(id);
      expect(outcome(refused)).toEqual([409, 'invalid_state']);
      expect(refused.body.error.details).toEqual({ status });
      expect((await task(id)).status).toBe(status);
    }
    expect(outcome(await cancel(randomUUID()))).toEqual([404, 'task_not_found']);
    expect(outcome(await cancel('7'))).toEqual([400, 'invalid_id']);
  });

  test('ends a start that waits', async () => {
    const id = await uploaded();
    const started = post(`/api/v1/ocr/start/${id}`);
    await waitFor('the task to be queued', async () => (await task(id)).status === 'queued');
    await cancel(id);
    const answer = await started;
    expect(outcome(answer)).toEqual([409, 'invalid_state']);
    expect(answer.body.error.details).toEqual({ status: 'cancelled' });
  });

  test('takes the job from the queue', async () => {
    const id = await queued();
    await waitsInQueue(id, 1, 1);
    await cancel(id);
    await waitFor('the job to be gone', async () => (await jobState(id, 1, 1)) === 'unknown');
  });

  test('tells a service that offers to be told', async () => {
    const { id, ocrJobId } = await processing();
    await cancel(id);
    await ocr.waitFor((stats) => !stats.jobs.has(ocrJobId));
  });

  test('is answered whatever the service says to it, and at once', async () => {
    ocr.script({ faults: [{ call: 'cancel', does: { kind: 'hang', part: 'headers' } }] });
    const { id } = await processing();
    const before = ocr.stats.cancels;
    expect((await cancel(id)).status).toBe(200);
    await ocr.waitFor((stats) => stats.cancels > before); // which is never answered
  });
});

describe('retrying', () => {
  test.each<[string, () => Promise<string>]>([
    ['has failed', () => failed()],
    [
      'was cancelled',
      async () => {
        const id = await uploaded();
        await cancel(id);
        return id;
      },
    ],
  ])('a task that %s queues it in a new run, and does not wait for the service', async (_what, make) => {
    const id = await make();
    const { status, body } = await retry(id);
    expect([status, body.message]).toEqual([200, 'task queued again']);
    expect(body.data).toMatchObject({
      task_id: id,
      status: 'queued',
      stage: 'submit',
      ocr_job_id: null,
      error_code: null,
      finished_at: null,
    });
    const [row] = await rows('select generation, dispatch from tasks where id = $1', [id]);
    expect(row.generation).toBe(2);
    await waitsInQueue(id, 2, row.dispatch);
    const events = (await api.ask(`/api/v1/tasks/${id}/events`)).body.data.events;
    expect(events.at(-1)).toMatchObject({ type: 'queued', generation: 2 });
  });

  test('what is in progress is 200 and changes nothing', async () => {
    const id = await failed();
    const first = await retry(id);
    const again = await retry(id, { 'Accept-Language': 'zh' });
    expect([again.status, again.body.message, again.body.data]).toEqual([200, '任务正在处理中', first.body.data]);
  });

  test('what was only uploaded or is done is 409, what is not there 404, no id 400', async () => {
    const fresh = await uploaded();
    expect(outcome(await retry(fresh))).toEqual([409, 'invalid_state']);
    expect((await task(fresh)).status).toBe('uploaded');
    expect(outcome(await retry(await done()))).toEqual([409, 'invalid_state']);
    expect(outcome(await retry(randomUUID()))).toEqual([404, 'task_not_found']);
    expect(outcome(await retry('7'))).toEqual([400, 'invalid_id']);
  });
});

describe('retrying many', () => {
  const retryMany = (body?: unknown, headers = {}) =>
    post('/api/v1/tasks/retry', {
      headers,
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  beforeEach(() => rows(`delete from tasks where status in ('ocr_failed', 'cancelled')`));

  test('without a body retries all that have failed, and adds their jobs', async () => {
    const ids = [await failed(), await failed('ocr_job_failed')];
    const other = await uploaded();
    await cancel(other);
    const { status, body } = await retryMany();
    expect([status, body.message, body.data]).toEqual([200, '2 tasks queued again', { retried: 2, more: false }]);
    for (const id of ids) {
      expect((await task(id)).status).toBe('queued');
      const [row] = await rows('select dispatch from tasks where id = $1', [id]);
      await waitsInQueue(id, 2, row.dispatch);
    }
    expect((await task(other)).status).toBe('cancelled');
  });

  test('retries those that fit', async () => {
    const [rejected, broken] = [await failed(), await failed('ocr_job_failed')];
    expect((await retryMany({ error_code: 'ocr_job_failed' })).body.data).toEqual({ retried: 1, more: false });
    expect([(await task(rejected)).status, (await task(broken)).status]).toEqual(['ocr_failed', 'queued']);
    await rows(`update tasks set finished_at = '2026-01-02T03:04:05Z' where id = $1`, [rejected]);
    const missed = { finished_after: '2026-01-02T03:04:06Z' };
    expect((await retryMany(missed)).body.data).toEqual({ retried: 0, more: false });
    const hit = { finished_after: '2026-01-02T04:04:05+01:00', finished_before: '2026-01-02T03:04:06Z' };
    expect((await retryMany(hit)).body.data).toEqual({ retried: 1, more: false });
    const other = await uploaded();
    await cancel(other);
    expect((await retryMany({ status: 'cancelled' })).body.data).toEqual({ retried: 1, more: false });
    expect((await task(other)).status).toBe('queued');
  });

  test('stops at the limit, says that there are more, and goes on with the next request', async () => {
    for (let n = 0; n < 3; n += 1) await failed();
    const first = await retryMany({ limit: 2 }, { 'Accept-Language': 'zh' });
    expect([first.body.message, first.body.data]).toEqual([
      '已重新排队 2 个任务，仍有剩余',
      { retried: 2, more: true },
    ]);
    expect((await retryMany({ limit: 1 })).body.data).toEqual({ retried: 1, more: false });
    expect((await retryMany({ limit: 1 })).body.data).toEqual({ retried: 0, more: false });
  });

  test('goes on over more tasks than one statement takes', async () => {
    await rows(
      `insert into tasks (id, status, stage, error_code, finished_at, image_path, content_type, size_bytes, sha256, width, height)
       select gen_random_uuid(), 'ocr_failed', 'poll', case when n > 1195 then 'ocr_timeout' else 'ocr_rejected' end, now(),
              'a', 'image/png', 1, '', 1, 1
       from generate_series(1, 1200) as n`,
    );
    const rare = await retryMany({ error_code: 'ocr_timeout', limit: 3 });
    expect(rare.body.data).toEqual({ retried: 3, more: true });
    expect((await retryMany({ error_code: 'ocr_timeout' })).body.data).toEqual({ retried: 2, more: false });
    expect((await retryMany({ limit: 700 })).body.data).toEqual({ retried: 700, more: true });
    expect((await retryMany()).body.data).toEqual({ retried: 495, more: false });
    expect(await rows(`select 1 from tasks where status = 'ocr_failed'`)).toEqual([]);
    await rows(`delete from tasks where image_path = 'a'`);
  });

  test.each<[string, unknown, string]>([
    ['an unknown field', { failed_after: '2026-01-01T00:00:00Z' }, 'failed_after: is not a field of this request'],
    ['a status that cannot be retried', { status: 'ocr_done' }, 'status: '],
    ['an unknown code', { error_code: 'bad_luck' }, 'error_code: '],
    ['a code of cancelled tasks', { status: 'cancelled', error_code: 'ocr_timeout' }, 'error_code: goes with status'],
    ['a time without an offset', { finished_after: '2026-01-01T00:00:00' }, 'finished_after: must be an ISO 8601 time'],
    ['a date', { finished_before: '2026-01-01' }, 'finished_before: must be an ISO 8601 time'],
    ['a limit of none', { limit: 0 }, 'limit: must be 1 to 10000'],
    ['a limit beyond the most', { limit: 10_001 }, 'limit: must be 1 to 10000'],
    ['a limit that is text', { limit: '5' }, 'limit: must be 1 to 10000'],
    ['a list', [], 'body: '],
    ['no object', '"all"', 'body: '],
    ['null', 'null', 'body: '],
  ])('refuses %s and retries nothing', async (_what, body, message) => {
    const id = await failed();
    const refused = await retryMany(body);
    expect(outcome(refused)).toEqual([400, 'invalid_request']);
    expect(refused.body.message).toContain(message);
    expect((await task(id)).status).toBe('ocr_failed');
  });

  test('takes the body for JSON whatever type it is said to be of, and refuses what is none', async () => {
    const id = await failed();
    const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
    expect((await retryMany('{"status":"cancelled"}', form)).body.data).toEqual({ retried: 0, more: false });
    expect(outcome(await retryMany('status=cancelled', form))).toEqual([400, 'malformed_json']);
    expect(outcome(await retryMany(`{"status":"${'x'.repeat(20_000)}"}`))).toEqual([413, 'body_too_large']);
    expect((await task(id)).status).toBe('ocr_failed');
  });

  test('takes times at the ends of what can be written', async () => {
    for (const time of ['0000-01-01T00:00:00Z', '0001-01-01T00:00:00+14:00', '9999-12-31T23:59:59.999999-12:00']) {
      expect((await retryMany({ finished_after: time, finished_before: time })).body.data.retried).toBe(0);
    }
  });
});

describe('deleting', () => {
  const images = async () =>
    (await readdir(api.imagesFolder, { recursive: true })).filter((name) => /\.png$/.test(name));

  test('takes the task with its image, result and events; again is 404', async () => {
    const before = await images();
    const id = await done();
    expect(await images()).toHaveLength(before.length + 1);
    const { status, body } = await remove(id);
    expect([status, body]).toEqual([200, { success: true, message: 'task deleted', data: { task_id: id } }]);
    expect(await images()).toEqual(before);
    for (const table of ['task_events', 'ocr_results'])
      expect(await rows(`select 1 from ${table} where task_id = $1`, [id])).toEqual([]);
    expect(outcome(await remove(id))).toEqual([404, 'task_not_found']);
    for (const part of ['', '/events', '/result', '/image'])
      expect(outcome(await api.ask(`/api/v1/tasks/${id}${part}`))).toEqual([404, 'task_not_found']);
  });

  test('works in any status, and leaves nothing running for it', async () => {
    const { id, ocrJobId } = await processing();
    const waiting = await queued();
    await waitsInQueue(waiting, 1, 1);
    for (const one of [await uploaded(), waiting, id, await failed()]) {
      expect((await remove(one, { 'Accept-Language': 'zh' })).body.message).toBe('任务已删除');
    }
    await ocr.waitFor((stats) => !stats.jobs.has(ocrJobId));
    await waitFor('the job to be gone', async () => (await jobState(waiting, 1, 1)) === 'unknown');
  });

  test('removes the image last: what cannot be removed is left without a task, never the other way round', async () => {
    const id = await uploaded();
    const { delete: removeImage } = api.context.images;
    const seen: unknown[] = [];
    api.context.images.delete = async () => {
      seen.push(await rows('select 1 from tasks where id = $1', [id]));
      throw new Error('the disk is gone');
    };
    try {
      expect((await remove(id)).status).toBe(200);
      expect(seen).toEqual([[]]);
    } finally {
      api.context.images.delete = removeImage;
    }
  });

  test('frees the Idempotency-Key', async () => {
    const headers = { 'Idempotency-Key': randomUUID() };
    const first = (await api.upload({ headers })).body.data.task_id;
    await remove(first);
    const second = await api.upload({ headers });
    expect([second.status, second.headers.get('idempotent-replayed')]).toEqual([201, null]);
  });

  test('no id is 400, and other methods say what there is', async () => {
    expect(outcome(await remove('7'))).toEqual([400, 'invalid_id']);
    const refused = await api.ask(`/api/v1/tasks/${randomUUID()}`, { method: 'PUT' });
    expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, HEAD, DELETE']);
  });
});

test('a page of another origin cannot change anything', async () => {
  const id = await queued();
  const headers = { Origin: 'http://elsewhere.test' };
  for (const answer of [await cancel(id, headers), await retry(id, headers), await remove(id, headers)])
    expect(outcome(answer)).toEqual([403, 'forbidden_origin']);
  expect((await task(id)).status).toBe('queued');
});
