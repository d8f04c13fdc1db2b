import { once } from 'node:events';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type FakeOcr, type Fault, startFakeOcr } from '../support/ocr-server/index.ts';
import { BACKENDS, type TestOcrelay } from '../support/ocrelay.ts';
import { shareOcrelay } from '../support/shared-ocrelay.ts';
import { waitFor } from '../support/wait-for.ts';

const NEVER = { durationMs: Number.POSITIVE_INFINITY };
const WELL = { ok: true, queue_len: 0, worker_alive: true };
const DOWN = /OCR endpoint is down/;

const shared = shareOcrelay();

const uploadMany = (ocrelay: TestOcrelay, count: number) =>
  Promise.all(Array.from({ length: count }, () => ocrelay.upload()));
const allDone = async (ocrelay: TestOcrelay, ids: readonly string[], submissions = 1) => {
  for (const id of ids) expect(await ocrelay.reaches(id, 'ocr_done')).toMatchObject({ error_code: null, submissions });
};
const count = async (ocrelay: TestOcrelay, where: string) => {
  const { rows } = await ocrelay.sql.query<{ n: number }>(`select count(*)::int as n from tasks where ${where}`);
  return rows[0]?.n ?? 0;
};
const states = async (ocrelay: TestOcrelay) =>
  (await ocrelay.sql.query<{ state: string }>('select state from ocr_endpoints order by url')).rows.map(
    ({ state }) => state,
  );

describe.each(BACKENDS)('while the OCR service is away, queues on %s', (backend) => {
  let ocrelay: TestOcrelay;
  beforeEach(async () => {
    ocrelay = await shared(backend);
    await ocrelay.startWorker();
  });
  afterEach(() => ocrelay.reset());

  test('tasks wait in Postgres without jobs, it is said how many and since when, and all are read once it is back', async () => {
    await ocrelay.ocr.kill();
    const ids = await uploadMany(ocrelay, 30);
    await waitFor('all tasks to be parked', async () => (await count(ocrelay, 'parked_at is not null')) === 30);
    expect(await states(ocrelay)).toEqual(['open']);

    const health = await ocrelay.request('/api/v1/ocr/health');
    const { error } = (await health.json()) as { error: { code: string; details: Record<string, unknown> } };
    expect(health.status).toBe(503);
    expect(error.details).toMatchObject({ waiting_tasks: 30, since: expect.any(String) });
    expect(error.details['reason']).toMatch(
      /^the OCR service down since \S+ \(ocr_unavailable\); 30 tasks wait: .*ECONNREFUSED/,
    );
    const ready = await waitFor('the readiness to say it', async () => {
      const response = await ocrelay.request('/readyz');
      const text = await response.text();
      return /30 tasks wait/.test(text) && { status: response.status, text };
    });
    expect(ready.status).toBe(200);
    expect(ready.text).not.toContain('127.0.0.1');
    expect(ocrelay.logs()).toMatch(DOWN);
    for (const id of ids) {
      expect(await ocrelay.task(id)).toMatchObject({
        status: 'queued',
        waiting_reason: 'ocr_unavailable',
        submissions: 0,
        next_attempt_at: null,
      });
    }

    // What has no job can lose none.
    await ocrelay.loseQueue();
    await ocrelay.ocr.revive();
    await allDone(ocrelay, ids);
    expect(await states(ocrelay)).toEqual(['closed']);
    await waitFor('it to be given more at a time than at first, since it takes them', async () => {
      const { rows } = await ocrelay.sql.query<{ job_limit: number }>('select job_limit from ocr_endpoints');
      return (rows[0]?.job_limit ?? 0) > 8;
    });
    const types = (await ocrelay.events(ids[0] ?? '')).map(({ type }) => type);
    expect(types.filter((type) => type === 'waiting')).toHaveLength(1);
  });

  test('a worker that comes later finds the tasks that wait', async () => {
    await ocrelay.ocr.kill();
    const ids = await uploadMany(ocrelay, 5);
    await waitFor('all tasks to be parked', async () => (await count(ocrelay, 'parked_at is not null')) === 5);
    await ocrelay.startWorker();
    await ocrelay.ocr.revive();
    await allDone(ocrelay, ids);
  });
});

describe('the breaker of an endpoint', () => {
  let ocrelay: TestOcrelay;
  beforeAll(async () => {
    ocrelay = await shared(BACKENDS[0] ?? 'postgres');
  });
  afterEach(() => ocrelay.reset());
  const startWorker = () => ocrelay.startWorker({ SUBMIT_ATTEMPTS: '3' });
  const fails: Fault = { call: 'submit', does: { kind: 'status', status: 500 } };

  test('is not opened by one bad image, not even while the service says that it is not well', async () => {
    await startWorker();
    ocrelay.ocr.script({ faults: [fails], health: { ok: false } });
    expect(await ocrelay.reaches(await ocrelay.upload(), 'ocr_failed')).toMatchObject({
      error_code: 'ocr_unavailable',
    });
    expect(await states(ocrelay)).toEqual(['closed']);
  });

  test('is not opened by many bad images while the service is well', async () => {
    await startWorker();
    ocrelay.ocr.script({ faults: [fails], health: WELL });
    for (const id of await uploadMany(ocrelay, 6)) await ocrelay.reaches(id, 'ocr_failed');
    expect(await states(ocrelay)).toEqual(['closed']);
  });

  test('is not opened by one image that a firewall forbids, and the others are read meanwhile', async () => {
    await startWorker();
    const forbidden: Fault = { call: 'submit', does: { kind: 'status', status: 403 } };
    ocrelay.ocr.script({ faults: [forbidden], health: WELL });
    const refused = await ocrelay.upload();
    await waitFor('the task to have waited', async () => (await ocrelay.task(refused)).waits >= 3);
    expect(await ocrelay.task(refused)).toMatchObject({ status: 'queued', waiting_reason: 'ocr_unauthorized' });
    expect(await states(ocrelay)).toEqual(['closed']);
    ocrelay.ocr.script({ faults: [] });
    await allDone(ocrelay, [...(await uploadMany(ocrelay, 3)), refused]);
    expect(ocrelay.logs()).not.toMatch(DOWN);
  });

  test('is opened by refusals of several tasks, though the service says that it is well', async () => {
    await startWorker();
    const forbidden: Fault = { call: 'submit', does: { kind: 'status', status: 403 } };
    ocrelay.ocr.script({ faults: [forbidden], health: WELL });
    const ids = await uploadMany(ocrelay, 4);
    await waitFor('the breaker to be open', async () => (await states(ocrelay))[0] !== 'closed');
    await waitFor('the tasks to be parked', async () => (await count(ocrelay, 'parked_at is not null')) >= 3);
    ocrelay.ocr.script({ faults: [] });
    await allDone(ocrelay, ids);
  });

  test('is opened by failures of several tasks and of its health; who comes then waits instead of failing', async () => {
    await startWorker();
    ocrelay.ocr.script({ faults: [fails], health: { ok: false } });
    await uploadMany(ocrelay, 6);
    // It opens by its row, and the worker that has opened it reads the row before it says so.
    await waitFor('the worker to know that the breaker is open', async () => DOWN.test(ocrelay.logs()));
    const later = await uploadMany(ocrelay, 5);
    await waitFor('the later tasks to be parked', async () => (await count(ocrelay, 'parked_at is not null')) >= 5);
    ocrelay.ocr.script({ faults: [], health: WELL });
    await allDone(ocrelay, later);
  });

  test('is opened by a token that is refused; the tasks are not submitted until it is taken', async () => {
    await startWorker();
    ocrelay.ocr.script({ token: 'another' });
    const ids = await uploadMany(ocrelay, 3);
    await waitFor('the tasks to be parked', async () => (await count(ocrelay, 'parked_at is not null')) === 3);
    expect(await states(ocrelay)).toEqual(['open']);
    for (const id of ids) {
      expect(await ocrelay.task(id)).toMatchObject({ waiting_reason: 'ocr_unauthorized', submissions: 0 });
    }
    ocrelay.ocr.script({ token: null });
    await allDone(ocrelay, ids);
  });

  test('while it is open, no try of the jobs that the endpoint has counts: its proxy answers for it', async () => {
    await ocrelay.startWorker({ POLL_ATTEMPTS: '4', POLL_BACKOFF_MS: '300', POLL_BACKOFF_MAX_MS: '300' });
    ocrelay.ocr.script({ job: NEVER });
    const ids = await uploadMany(ocrelay, 5);
    await ocrelay.ocr.waitFor((stats) => stats.openPolls === 5);
    const gateway = { kind: 'status', status: 502 } as const;
    ocrelay.ocr.script({
      faults: (['health', 'submit', 'poll', 'result'] as const).map((call) => ({ call, does: gateway })),
    });
    for (const job of ocrelay.ocr.stats.jobs.values()) ocrelay.ocr.end(job);
    for (const id of ids)
      await waitFor('more failures than there are attempts', async () => (await ocrelay.task(id)).waits > 6);
    ocrelay.ocr.script({ faults: [] });
    await allDone(ocrelay, ids);
  });

  test('a proxy that knows no route for a while costs no submission', async () => {
    await startWorker();
    ocrelay.ocr.script({ job: NEVER });
    const submitted = await uploadMany(ocrelay, 3);
    await ocrelay.ocr.waitFor((stats) => stats.openPolls === 3);
    const nothing = { kind: 'status', status: 404, body: '<h1>404</h1>' } as const;
    const faults = (['health', 'submit', 'poll', 'result'] as const).map((call) => ({ call, does: nothing }));
    ocrelay.ocr.script({ job: {}, faults });
    for (const job of ocrelay.ocr.stats.jobs.values()) ocrelay.ocr.end(job);
    const waiting = await ocrelay.upload();
    for (const id of [...submitted, waiting])
      await waitFor('the task to have waited', async () => (await ocrelay.task(id)).waits >= 1);
    await waitFor('each of them to have been told so again and again', async () =>
      (await Promise.all(submitted.map((id) => ocrelay.task(id)))).every(({ waits }) => waits >= 8),
    );
    ocrelay.ocr.script({ faults: [] });
    await allDone(ocrelay, [...submitted, waiting]);
  });
});

describe('an endpoint’s limit', () => {
  let ocrelay: TestOcrelay;
  beforeAll(async () => {
    ocrelay = await shared(BACKENDS[0] ?? 'postgres');
  });
  afterEach(() => ocrelay.reset());

  test('OCR_MAX_IN_FLIGHT is never exceeded, by however many workers, and is used', async () => {
    const limited = { OCR_MAX_IN_FLIGHT: '3' };
    await Promise.all([1, 2, 3].map(() => ocrelay.startWorker(limited)));
    const { ocr } = ocrelay;
    ocr.script({ job: NEVER });
    const ids = await uploadMany(ocrelay, 60);
    await waitFor('the others to be parked', async () => (await count(ocrelay, 'parked_at is not null')) === 57);
    await waitFor('the three that were admitted to reach the service', async () => ocr.stats.running === 3);
    ocr.script({ job: { durationMs: 40 } });
    for (const job of ocr.stats.jobs.values()) ocr.end(job);
    await allDone(ocrelay, ids);
    expect(ocr.stats.mostRunning).toBe(3);
    expect(ocr.stats.submits).toBe(60);
  });

  test('tasks are read in the order in which they came, however many wait', async () => {
    await ocrelay.startWorker({ OCR_MAX_IN_FLIGHT: '2' });
    ocrelay.ocr.script({ job: NEVER });
    const ids: string[] = [];
    for (let n = 0; n < 12; n += 1) ids.push(await ocrelay.upload());
    await waitFor('the others to be parked', async () => (await count(ocrelay, 'parked_at is not null')) === 10);
    ocrelay.ocr.script({ job: {} });
    const later = await uploadMany(ocrelay, 12);
    for (const job of ocrelay.ocr.stats.jobs.values()) ocrelay.ocr.end(job);
    await allDone(ocrelay, [...ids, ...later]);
    const { rows } = await ocrelay.sql.query<{ id: string }>('select id from tasks order by submitted_at limit 12');
    expect(rows.map(({ id }) => id).sort()).toEqual([...ids].sort());
  });

  test('is learned from a service that is well and overloaded; no task fails of it or counts it', async () => {
    await Promise.all([ocrelay.startWorker(), ocrelay.startWorker()]);
    const { stats } = ocrelay.ocr;
    ocrelay.ocr.script({
      job: { durationMs: 60 },
      faults: [
        {
          call: 'submit',
          does: { kind: 'status', status: 429 },
          when: () => stats.running >= 4 && stats.submits % 2 > 0,
        },
        { call: 'submit', does: { kind: 'status', status: 503 }, when: () => stats.running >= 4 },
      ],
    });
    const ids = await uploadMany(ocrelay, 100);
    await allDone(ocrelay, ids);
    expect(ocrelay.logs()).toMatch(/OCR endpoint is overloaded/);
    expect(ocrelay.logs()).not.toMatch(DOWN);
    // Each submit in flight when it was full, and not each task again and again.
    expect(stats.submits).toBeLessThan(3 * ids.length);
  });
});

describe('with two endpoints', () => {
  let ocrelay: TestOcrelay;
  let first: FakeOcr;
  let other: FakeOcr;
  beforeEach(async () => {
    [ocrelay, first, other] = await Promise.all([shared(BACKENDS[0] ?? 'postgres'), startFakeOcr(), startFakeOcr()]);
  });
  afterEach(async () => {
    await Promise.all([ocrelay.reset(), first.close(), other.close()]);
  });
  const startWorker = (env: Record<string, string> = {}) =>
    ocrelay.startWorker({ OCR_BASE_URL: `${first.url},${other.url}`, ...env });

  test('one that is down shifts the load; what it has waits for it', async () => {
    await startWorker();
    for (const ocr of [first, other]) ocr.script({ job: NEVER });
    const ids = await uploadMany(ocrelay, 10);
    await waitFor('both to have jobs', () => first.stats.running + other.stats.running === 10);
    expect(first.stats.running).toBeGreaterThan(0);
    const atFirst = first.stats.running;
    await first.kill();
    for (const ocr of [first, other]) ocr.script({ job: {} });
    for (const job of other.stats.jobs.values()) other.end(job);
    await allDone(ocrelay, await uploadMany(ocrelay, 10));
    await waitFor(
      'all of the other one’s to be done',
      async () => (await count(ocrelay, `status = 'ocr_done'`)) === 20 - atFirst,
    );
    for (const job of first.stats.jobs.values()) first.end(job);
    await first.revive();
    await allDone(ocrelay, ids);
  });

  test('one that is configured no longer, and gone, has lost its jobs as well', async () => {
    const env = { ENDPOINT_LOST_MS: '1000', POLL_BACKOFF_MAX_MS: '300' };
    const worker = await ocrelay.startWorker({ OCR_BASE_URL: first.url, ...env });
    first.script({ job: NEVER });
    const ids = await uploadMany(ocrelay, 3);
    await first.waitFor((stats) => stats.openPolls === 3);
    worker.kill('SIGTERM');
    await once(worker, 'exit');
    await first.close();
    await ocrelay.startWorker({ OCR_BASE_URL: other.url, ...env });
    await allDone(ocrelay, ids, 2);
  });

  test('one that is away for ENDPOINT_LOST_MS has lost its jobs, and they are submitted to the other', async () => {
    await startWorker({ ENDPOINT_LOST_MS: '1500', POLL_BACKOFF_MAX_MS: '300' });
    for (const ocr of [first, other]) ocr.script({ job: NEVER });
    const ids = await uploadMany(ocrelay, 6);
    await waitFor('both to have jobs', () => first.stats.running + other.stats.running === 6);
    const atFirst = first.stats.running;
    await first.kill();
    other.script({ job: {} });
    for (const job of other.stats.jobs.values()) other.end(job);
    for (const id of ids) await ocrelay.reaches(id, 'ocr_done');
    expect(await count(ocrelay, 'submissions = 2')).toBe(atFirst);
    expect(await count(ocrelay, 'submissions = 1')).toBe(6 - atFirst);
    expect(other.stats.submits).toBe(6);
  });
});
