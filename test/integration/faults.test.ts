import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { uniqueImage } from '../support/images.ts';
import type { Fault } from '../support/ocr-server/index.ts';
import { BACKENDS, sha256, startOcrelay, type TestOcrelay } from '../support/ocrelay.ts';
import { shareOcrelay } from '../support/shared-ocrelay.ts';
import { waitFor } from '../support/wait-for.ts';

const shared = shareOcrelay({
  SUBMIT_ATTEMPTS: '3',
  POLL_ATTEMPTS: '3',
  STORE_ATTEMPTS: '3',
  OCR_REQUEST_TIMEOUT_MS: '2000',
});

describe.each(BACKENDS)('when the OCR service misbehaves, queues on %s', (backend) => {
  let ocrelay: TestOcrelay;

  beforeAll(async () => {
    ocrelay = await shared(backend);
    await ocrelay.startWorker();
  });
  afterAll(() => ocrelay.reset());
  beforeEach(() => ocrelay.ocr.script({ faults: [], job: {}, token: null, health: { ok: true } }));

  const failed = async (id: string) => (await ocrelay.events(id)).filter((event) => event.type === 'attempt_failed');

  test.each<[string, Fault]>([
    ['a submit is answered 500', { call: 'submit', does: { kind: 'status', status: 500 }, times: 2 }],
    ['a submit is reset before the work', { call: 'submit', does: { kind: 'reset_before' }, times: 2 }],
    ['a submit has no job_id in its answer', { call: 'submit', does: { kind: 'body', body: '{}' }, times: 2 }],
    ['a poll is answered 502', { call: 'poll', does: { kind: 'status', status: 502 }, times: 2 }],
    ['a poll is not JSON', { call: 'poll', does: { kind: 'body', body: '<html>' }, times: 2 }],
    ['a result breaks off', { call: 'result', does: { kind: 'truncated' }, times: 2 }],
    [
      'a result has no pages',
      { call: 'result', does: { kind: 'body', body: '{"final":{"status":"finished"},"pages":[]}' }, times: 2 },
    ],
  ])('%s: that try counts, and the next one may succeed', async (_, fault) => {
    ocrelay.ocr.script({ faults: [fault] });
    const id = await ocrelay.upload();
    const done = await ocrelay.reaches(id, 'ocr_done');
    expect(done).toMatchObject({ error_code: null, error_message: null });
    const attempts = await failed(id);
    expect(attempts.map((event) => event.attempt)).toEqual([1, 2]);
  });

  test.each<[string, Fault, string]>([
    ['only 500', { call: 'submit', does: { kind: 'status', status: 500 } }, 'ocr_unavailable'],
    ['never anything', { call: 'submit', does: { kind: 'hang', part: 'headers' } }, 'ocr_timeout'],
    ['only nonsense', { call: 'result', does: { kind: 'body', body: '[]' } }, 'ocr_bad_response'],
  ])('a service that answers %s fails the task after its attempts, saying why', async (_, fault, code) => {
    ocrelay.ocr.script({ faults: [fault] });
    const id = await ocrelay.upload();
    const task = await ocrelay.reaches(id, 'ocr_failed');
    expect(task).toMatchObject({ error_code: code, attempt: 3, error_message: expect.stringMatching(/\w/) });
    expect(task.finished_at).not.toBeNull();
  });

  test('an image that the service rejects fails at once', async () => {
    ocrelay.ocr.script({
      faults: [{ call: 'submit', does: { kind: 'status', status: 422, body: '{"detail":"too blurred"}' } }],
    });
    const id = await ocrelay.upload();
    const task = await ocrelay.reaches(id, 'ocr_failed');
    expect(task).toMatchObject({ error_code: 'ocr_rejected', attempt: 1, ocr_job_id: null });
    expect(task.error_message).toContain('too blurred');
  });

  test('a start of a task that fails for good is answered 502 with its code', async () => {
    ocrelay.ocr.script({ faults: [{ call: 'submit', does: { kind: 'status', status: 415 } }] });
    const id = await ocrelay.upload({ start: false });
    const response = await ocrelay.request(`/api/v1/ocr/start/${id}`, { method: 'POST' });
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ success: false, error: { code: 'ocr_rejected' } });
  });

  test('a job that failed keeps the message of the service, and starting it again is a new generation that may succeed', async () => {
    ocrelay.ocr.script({ job: { ends: 'failed', message: 'page 1 is upside down' } });
    const id = await ocrelay.upload();
    const task = await ocrelay.reaches(id, 'ocr_failed');
    expect(task).toMatchObject({ error_code: 'ocr_job_failed' });
    expect(task.error_message).toContain('page 1 is upside down');

    ocrelay.ocr.script({ job: {} });
    const again = await ocrelay.request(`/api/v1/ocr/start/${id}`, { method: 'POST' });
    expect(again.status).toBe(200);
    const done = await ocrelay.reaches(id, 'ocr_done');
    expect(done.ocr_job_id).not.toBe(task.ocr_job_id);
    expect((await ocrelay.events(id)).at(-1)).toMatchObject({ type: 'done', generation: 2 });
    expect((await ocrelay.request(`/api/v1/ocr/start/${id}`, { method: 'POST' })).status).toBe(409);
  });

  test.each<[string, string, readonly Fault[]]>([
    ['is silent about why', '{"final":{"status":"failed","error_message":""},"pages":[]}', []],
    ['is not there', '{}', [{ call: 'result', does: { kind: 'status', status: 404 } }]],
  ])('what a failed event says is kept when the result %s', async (_, result, faults) => {
    ocrelay.ocr.script({ job: { ends: 'failed', message: 'the ink has run', result }, faults });
    const id = await ocrelay.upload();
    const task = await ocrelay.reaches(id, 'ocr_failed');
    expect(task).toMatchObject({ error_code: 'ocr_job_failed', submissions: 1 });
    expect(task.error_message).toContain('the ink has run');
  });

  test.each<[string, Fault]>([
    ['429', { call: 'submit', does: { kind: 'status', status: 429, headers: { 'retry-after': '1' } }, times: 5 }],
    ['503', { call: 'submit', does: { kind: 'status', status: 503 }, times: 5 }],
    ['401', { call: 'submit', does: { kind: 'status', status: 401 }, times: 5 }],
  ])('%s costs time, but no attempt and no submission', async (_, fault) => {
    ocrelay.ocr.script({ faults: [fault] });
    const id = await ocrelay.upload();
    expect(await ocrelay.reaches(id, 'ocr_done')).toMatchObject({ submissions: 1 });
    expect(await failed(id)).toEqual([]);
    const waits = (await ocrelay.events(id)).filter((event) => event.type === 'waiting');
    expect(waits).toHaveLength(1);
    expect(waits[0]?.count).toBe(5);
  });

  test('Retry-After is honoured for the task that got it, and for no other', async () => {
    const slow = uniqueImage();
    const hash = sha256(slow);
    ocrelay.ocr.script({
      faults: [
        {
          call: 'submit',
          does: { kind: 'status', status: 503, headers: { 'retry-after': '300' } },
          when: (subject) => subject.sha256 === hash,
        },
      ],
    });
    const waiting = await ocrelay.upload({ image: slow });
    const task = await waitFor('the task to wait', async () => {
      const now = await ocrelay.task(waiting);
      return now.waits > 0 && now;
    });
    expect(task).toMatchObject({ status: 'queued', waiting_reason: 'ocr_unavailable', attempt: 0 });
    const inMs = Date.parse(task.next_attempt_at ?? '') - Date.parse(task.updated_at);
    expect(inMs).toBeGreaterThanOrEqual(300_000);
    expect(inMs).toBeLessThan(400_000);
    await ocrelay.reaches(await ocrelay.upload(), 'ocr_done');
  });

  test('a wrong token shows as waiting reason, and the task goes on when the service takes it', async () => {
    ocrelay.ocr.script({ token: 'another' });
    const id = await ocrelay.upload();
    await waitFor('the reason to show', async () => (await ocrelay.task(id)).waiting_reason === 'ocr_unauthorized');
    ocrelay.ocr.script({ token: null });
    expect(await ocrelay.reaches(id, 'ocr_done')).toMatchObject({ error_code: null, waiting_reason: null });
  });

  test('an image whose submit was answered into a broken connection may be read twice, has one result, and says so', async () => {
    const image = uniqueImage();
    ocrelay.ocr.script({ faults: [{ call: 'submit', does: { kind: 'reset_after' }, times: 1 }] });
    const id = await ocrelay.upload({ image });
    expect(await ocrelay.reaches(id, 'ocr_done')).toMatchObject({ submissions: 2 });
    expect(ocrelay.ocr.stats.reads.get(sha256(image))).toBe(2);
  });

  test('a job that the service has lost is submitted again, with its old job id until there is a new one', async () => {
    ocrelay.ocr.script({ job: { durationMs: Number.POSITIVE_INFINITY } });
    const id = await ocrelay.upload();
    const before = await ocrelay.reaches(id, 'ocr_processing');
    await ocrelay.ocr.waitFor((stats) => stats.openPolls > 0);
    ocrelay.ocr.script({ job: {} });
    ocrelay.ocr.forget();
    const done = await ocrelay.reaches(id, 'ocr_done');
    expect(done).toMatchObject({ submissions: 2, error_code: null });
    expect(done.ocr_job_id).not.toBe(before.ocr_job_id);
    const types = (await ocrelay.events(id)).map((event) => event.type);
    expect(types).toEqual(expect.arrayContaining(['ocr_job_missing', 'ocr_job_lost']));
  });

  test('a job is not believed lost while the service is not healthy', async () => {
    ocrelay.ocr.script({
      health: { ok: false },
      faults: [{ call: 'poll', does: { kind: 'status', status: 404 }, times: 4 }],
    });
    const id = await ocrelay.upload();
    expect(await ocrelay.reaches(id, 'ocr_done')).toMatchObject({ submissions: 1 });
  });
});

describe.each(BACKENDS)('when the OCR service never finishes, queues on %s', (backend) => {
  test('the task fails with ocr_timeout once the time since its submission is up', async () => {
    const ocrelay = await shared(backend);
    try {
      await ocrelay.startWorker({ TASK_TIMEOUT_MS: '1000', OCR_POLL_MS: '300' });
      ocrelay.ocr.script({ job: { durationMs: Number.POSITIVE_INFINITY } });
      const id = await ocrelay.upload();
      expect(await ocrelay.reaches(id, 'ocr_failed')).toMatchObject({ error_code: 'ocr_timeout', stage: 'poll' });
    } finally {
      await ocrelay.reset();
    }
  });

  test('the deadline ends a task that can only wait, with the cause in its message', async () => {
    const ocrelay = await startOcrelay(backend, { TASK_DEADLINE_MS: '1500' });
    try {
      await ocrelay.startWorker();
      await ocrelay.ocr.kill();
      const id = await ocrelay.upload();
      const task = await ocrelay.reaches(id, 'ocr_failed');
      expect(task).toMatchObject({ error_code: 'deadline_exceeded' });
      expect(task.error_message).toMatch(/Last cause: /);
    } finally {
      await ocrelay.stop();
    }
  });
});
