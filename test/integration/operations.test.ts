import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { TaskView } from '@ocrelay/contracts';
import { held } from '../support/held.ts';
import { uniqueImage } from '../support/images.ts';
import { OFFERS_CANCEL } from '../support/ocr-server/index.ts';
import { BACKENDS, sha256, startOcrelay, type TestOcrelay } from '../support/ocrelay.ts';
import { shareOcrelay } from '../support/shared-ocrelay.ts';
import { waitFor } from '../support/wait-for.ts';

const NEVER = { durationMs: Number.POSITIVE_INFINITY };
/** Far beyond the patience of a test: what ends sooner was stopped. */
const PATIENT = { OCR_POLL_MS: '600000', OCR_REQUEST_TIMEOUT_MS: '600000' };

const shared = shareOcrelay(PATIENT);

describe.each(BACKENDS)('operations on tasks, queues on %s', (backend) => {
  let ocrelay: TestOcrelay;
  beforeAll(async () => {
    ocrelay = await shared(backend);
    await ocrelay.startWorker();
  });
  beforeEach(() => ocrelay.ocr.script({ faults: [], job: NEVER, health: { ok: true } }));
  afterEach(async () => {
    await ocrelay.sql.query('delete from tasks');
    ocrelay.ocr.forget();
    await ocrelay.ocr.waitFor((stats) => stats.openPolls === 0);
  });
  afterAll(() => ocrelay.reset());

  const cancel = (id: string) => ocrelay.request(`/api/v1/tasks/${id}/cancel`, { method: 'POST' });
  const remove = (id: string) => ocrelay.request(`/api/v1/tasks/${id}`, { method: 'DELETE' });
  const types = async (id: string) => (await ocrelay.events(id)).map(({ type }) => type);
  /** Waits for a line of the log about the task. */
  const says = (id: string, what: string) =>
    waitFor(`the log to say "${what}"`, () =>
      ocrelay
        .logs()
        .split('\n')
        .some((line) => line.includes(id) && line.includes(what)),
    );
  /** A task whose long poll is held by the service. */
  async function polling(image = uniqueImage()): Promise<string> {
    const held = ocrelay.ocr.stats.openPolls;
    const id = await ocrelay.upload({ image });
    await ocrelay.ocr.waitFor((stats) => stats.openPolls === held + 1);
    return id;
  }

  test.each([
    ['a cancel', cancel],
    ['a deletion', remove],
  ])("%s stops the task's poll in the worker, and no other", async (_what, takeAway) => {
    const [id, other] = [await polling(), await polling()];
    const abandoned = ocrelay.ocr.stats.abandoned;
    expect((await takeAway(id)).status).toBe(200);
    // The service would hold it for ten minutes, and the worker looks by itself only between two polls.
    await ocrelay.ocr.waitFor((stats) => stats.openPolls === 1);
    expect(ocrelay.ocr.stats.abandoned).toBe(abandoned + 1);
    expect(await ocrelay.task(other)).toMatchObject({ status: 'ocr_processing' });
    await says(id, 'taken away');
  });

  test('a cancel stops a submit that the service does not answer', async () => {
    ocrelay.ocr.script({ faults: [{ call: 'submit', does: { kind: 'hang', part: 'headers' } }] });
    const { submits, abandoned } = ocrelay.ocr.stats;
    const id = await ocrelay.upload();
    await ocrelay.ocr.waitFor((stats) => stats.submits > submits);
    await waitFor('the claim', async () => (await ocrelay.task(id)).attempt === 1);
    expect(await (await cancel(id)).json()).toMatchObject({ message: expect.stringMatching(/may go on/) });
    await ocrelay.ocr.waitFor((stats) => stats.abandoned > abandoned);
    expect(await ocrelay.task(id)).toMatchObject({ status: 'cancelled', ocr_job_id: null });
  });

  test('a cancel stops the fetch of a result', async () => {
    ocrelay.ocr.script({ job: {}, faults: [{ call: 'result', does: { kind: 'hang', part: 'body' } }] });
    const { results, abandoned } = ocrelay.ocr.stats;
    const id = await ocrelay.upload();
    await ocrelay.ocr.waitFor((stats) => stats.results > results);
    await cancel(id);
    await ocrelay.ocr.waitFor((stats) => stats.abandoned > abandoned);
    expect(await ocrelay.task(id)).toMatchObject({ status: 'cancelled', stage: 'store' });
  });

  test('what a job of a cancelled run has read is never stored in the next run', async () => {
    const id = await polling();
    const before = await ocrelay.task(id);
    await cancel(id);
    await ocrelay.ocr.waitFor((stats) => stats.openPolls === 0);
    const old = ocrelay.ocr.stats.jobs.get(before.ocr_job_id ?? '');
    ocrelay.ocr.script({ job: {} });
    const again = (await (await ocrelay.request(`/api/v1/tasks/${id}/retry`, { method: 'POST' })).json()) as {
      data: TaskView;
    };
    expect(again.data.ocr_job_id).toBeNull();
    if (old !== undefined) ocrelay.ocr.end(old);
    const done = await ocrelay.reaches(id, 'ocr_done');
    expect(done.ocr_job_id).not.toBe(before.ocr_job_id);
    const raw = (await (await ocrelay.request(`/api/v1/tasks/${id}/result/raw`)).json()) as { job_id: string };
    expect(raw.job_id).toBe(done.ocr_job_id);
    expect((await types(id)).filter((type) => type !== 'progress')).toEqual([
      'uploaded',
      'queued',
      'submitted',
      'cancelled',
      'queued',
      'submitted',
      'ocr_ended',
      'done',
    ]);
  });

  test('a service that does not offer the call is never asked to cancel', async () => {
    const strange = ocrelay.ocr.stats.strange;
    const id = await polling();
    await cancel(id);
    await says(id, 'not_offered');
    expect(ocrelay.ocr.stats).toMatchObject({ cancels: 0, strange });
  });

  test('the deadline stops a poll too', async () => {
    const id = await polling();
    await ocrelay.sql.query('update tasks set deadline_at = now() where id = $1', [id]);
    await ocrelay.ocr.waitFor((stats) => stats.openPolls === 0);
    expect(await ocrelay.task(id)).toMatchObject({ status: 'ocr_failed', error_code: 'deadline_exceeded' });
  });

  test('a wake-up that is lost with its connection is made up for when there is another', async () => {
    const id = await polling();
    // Cancelled behind everybody's back: nobody is told.
    await ocrelay.sql.query(
      `update tasks set status = 'cancelled', claimed_by = null, due_at = null, dispatch = dispatch + 1 where id = $1`,
      [id],
    );
    await ocrelay.sql.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'ocrelay wake-ups' and datname = current_database()`,
    );
    await ocrelay.ocr.waitFor((stats) => stats.openPolls === 0);
  });

  test('hundreds of polls that are cancelled at once all stop, over one listening connection', async () => {
    const ids = await Promise.all(Array.from({ length: 100 }, () => ocrelay.upload()));
    await ocrelay.ocr.waitFor((stats) => stats.openPolls === 100);
    await Promise.all(ids.map(cancel));
    await ocrelay.ocr.waitFor((stats) => stats.openPolls === 0);
    const { rows } = await ocrelay.sql.query(
      `select count(*)::int as n from pg_stat_activity where application_name = 'ocrelay wake-ups' and datname = current_database()`,
    );
    expect(rows).toEqual([{ n: 2 }]); // the worker's and the API's
  });

  test('failed tasks that are retried in bulk are read', async () => {
    ocrelay.ocr.script({ job: {}, faults: [{ call: 'submit', does: { kind: 'status', status: 422 } }] });
    const ids = await Promise.all(Array.from({ length: 5 }, () => ocrelay.upload()));
    for (const id of ids) await ocrelay.reaches(id, 'ocr_failed');
    ocrelay.ocr.script({ faults: [] });
    const response = await ocrelay.request('/api/v1/tasks/retry', { method: 'POST', body: '{"limit":4}' });
    expect(await response.json()).toMatchObject({ data: { retried: 4, more: true } });
    const rest = await ocrelay.request('/api/v1/tasks/retry', { method: 'POST' });
    expect(await rest.json()).toMatchObject({ data: { retried: 1, more: false } });
    for (const id of ids) await ocrelay.reaches(id, 'ocr_done');
  });
});

describe.each(BACKENDS)('a service that offers a cancel, queues on %s', (backend) => {
  let ocrelay: TestOcrelay;
  beforeAll(async () => {
    // Not the shared one: its API remembers for a while what the service has offered.
    ocrelay = await startOcrelay(backend, PATIENT);
    ocrelay.ocr.script({ job: NEVER, health: OFFERS_CANCEL });
    await ocrelay.startWorker();
  });
  afterAll(() => ocrelay.stop());

  test('is told when a task is cancelled', async () => {
    const image = uniqueImage();
    const id = await ocrelay.upload({ image });
    await ocrelay.ocr.waitFor((stats) => stats.openPolls === 1);
    await ocrelay.request(`/api/v1/tasks/${id}/cancel`, { method: 'POST' });
    await ocrelay.ocr.waitFor((stats) => stats.jobs.size === 0);
    expect(ocrelay.ocr.stats.reads.get(sha256(image))).toBe(1);
    expect(await ocrelay.task(id)).toMatchObject({ status: 'cancelled', error_code: null });
  });

  test('is told when a deadline ends a task', async () => {
    const id = await ocrelay.upload();
    await ocrelay.ocr.waitFor((stats) => stats.openPolls === 1);
    await ocrelay.sql.query('update tasks set deadline_at = now() where id = $1', [id]);
    await ocrelay.ocr.waitFor((stats) => stats.jobs.size === 0);
    expect(await ocrelay.reaches(id, 'ocr_failed')).toMatchObject({ error_code: 'deadline_exceeded' });
  });

  test('is told of a job that it took for a task which had been cancelled meanwhile', async () => {
    const { until, release: answer } = held();
    ocrelay.ocr.script({ faults: [{ call: 'submit', does: { kind: 'hold', until } }] });
    const made = ocrelay.ocr.stats.reads.size;
    await ocrelay.upload();
    await ocrelay.ocr.waitFor((stats) => stats.reads.size > made);
    // Behind the worker's back, so that it hears the answer and is refused by the row.
    await ocrelay.sql.query(
      `update tasks set status = 'cancelled', claimed_by = null, due_at = null, dispatch = dispatch + 1
       where status = 'queued' and claimed_by is not null`,
    );
    answer();
    await ocrelay.ocr.waitFor((stats) => stats.jobs.size === 0);
  });
});

const redisOnly = BACKENDS.includes('redis') ? describe : describe.skip;
redisOnly('while Redis is away', () => {
  let ocrelay: TestOcrelay;
  beforeAll(async () => {
    ocrelay = await shared('redis');
  });
  afterAll(() => ocrelay.reset());

  test('tasks are cancelled, retried and deleted all the same', async () => {
    await ocrelay.startWorker();
    ocrelay.ocr.script({ job: NEVER });
    const ids = await Promise.all(Array.from({ length: 3 }, () => ocrelay.upload()));
    await ocrelay.ocr.waitFor((stats) => stats.openPolls === 3);
    await ocrelay.redis?.kill();
    for (const id of ids) await ocrelay.request(`/api/v1/tasks/${id}/cancel`, { method: 'POST' });
    await ocrelay.ocr.waitFor((stats) => stats.openPolls === 0);
    ocrelay.ocr.script({ job: {} });
    const [single = '', bulk = '', gone = ''] = ids;
    const deleted = await ocrelay.request(`/api/v1/tasks/${gone}`, { method: 'DELETE' });
    const retried = await ocrelay.request(`/api/v1/tasks/${single}/retry`, { method: 'POST' });
    const body = JSON.stringify({ status: 'cancelled' });
    const many = await ocrelay.request('/api/v1/tasks/retry', { method: 'POST', body });
    expect([deleted.status, retried.status, many.status]).toEqual([200, 200, 200]);
    expect(await many.json()).toMatchObject({ data: { retried: 1, more: false } });
    await ocrelay.redis?.revive();
    for (const id of [single, bulk]) await ocrelay.reaches(id, 'ocr_done');
  });
});
