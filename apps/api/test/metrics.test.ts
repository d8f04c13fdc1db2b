import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { InstallationState } from '@ocrelay/telemetry';
import { type Exposed, readExposition } from '../../../test/support/exposition.ts';
import { waitFor } from '../../../test/support/wait-for.ts';
import { createInstallationWatch } from '../src/metrics/installation-watch.ts';
import { NOWHERE, startApi, type TestApi } from './support/api.ts';

const KEY = 'k'.repeat(32);

async function scrape(api: TestApi, headers: Record<string, string> = {}): Promise<Exposed> {
  const answer = await api.ask('/metrics', { headers });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  return readExposition(answer.body);
}

/** A request is counted when its connection is done with it, which a client may be told a moment earlier. */
function scrapeUntil(api: TestApi, what: string, holds: (seen: Exposed) => boolean): Promise<Exposed> {
  return waitFor(what, async () => {
    const seen = await scrape(api);
    return holds(seen) && seen;
  });
}

describe('what an API process has done', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startApi();
  });
  afterAll(() => api.stop());

  test('is counted by route, method and status', async () => {
    const id = (await api.upload()).body.data.task_id;
    await api.ask(`/api/v1/tasks/${id}`);
    await api.ask(`/api/v1/tasks/${id}`, { method: 'PUT' });
    const task = { route: '/api/v1/tasks/{task_id}' };
    const seen = await scrapeUntil(
      api,
      'three requests to be counted',
      (now) => now.value('ocrelay_http_requests_total', { ...task, method: 'PUT' }) === 1,
    );
    const requests = (labels: Record<string, string>) => seen.value('ocrelay_http_requests_total', labels);
    expect(requests({ route: '/api/v1/upload/image', method: 'POST', status: '201' })).toBe(1);
    expect(requests({ ...task, method: 'GET', status: '200' })).toBe(1);
    expect(requests({ ...task, method: 'PUT', status: '405' })).toBe(1);
    expect(seen.value('ocrelay_http_request_duration_seconds_count', { ...task, method: 'GET' })).toBe(1);
    expect(seen.value('process_resident_memory_bytes')).toBeGreaterThan(0);
    expect(seen.types.has('nodejs_eventloop_lag_seconds')).toBe(true);
  });

  test('makes no more series however many paths and methods clients think of', async () => {
    const walk = async (name: string) => {
      await api.ask(`/api/v1/tasks/${name}`);
      await api.ask(`/api/v1/${name}`);
      await api.ask(`/docs/${name}`);
      await api.ask(`/admin/queues/${name}`);
      await api.ask(`/api/v1/tasks?cursor=${name}`);
      await api.ask(`/${name}`, { method: 'PROPFIND' });
    };
    const walked = (times: number) =>
      scrapeUntil(
        api,
        `${times} walks to be counted`,
        (now) => now.value('ocrelay_http_requests_total', { method: 'other' }) === times,
      );
    await walk(randomUUID());
    const first = await walked(1);
    const names = Array.from({ length: 30 }, () => randomUUID());
    for (const name of names) await walk(name);
    const last = await walked(31);
    expect(last.labelValues('route')).toEqual(first.labelValues('route'));
    expect(last.labelValues('method')).toEqual(first.labelValues('method'));
    const routes = [...last.labelValues('route')];
    expect(routes).toEqual(expect.arrayContaining(['/docs', '/admin/queues', 'none']));
    for (const name of names) expect(JSON.stringify(routes)).not.toContain(name);
  });
});

describe('the whole installation', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startApi({ OCR_BASE_URL: 'http://user:secret@127.0.0.1:9/ocr/,http://127.0.0.1:10' });
  });
  afterAll(() => api.stop());

  test('is shown as Postgres has it, and endpoints without what is secret in their addresses', async () => {
    const { pool } = api.context.database;
    await api.upload();
    const [due, parked] = [await api.upload({ start: true }), await api.upload({ start: true })];
    const idOf = (answer: typeof due) => answer.body.data.task_id;
    await pool.query("update tasks set due_at = now() - interval '90 s' where id = $1", [idOf(due)]);
    await pool.query("update tasks set due_at = null, parked_at = now() - interval '1 h' where id = $1", [
      idOf(parked),
    ]);
    await pool.query("insert into workers (id, hostname, pid) values (gen_random_uuid(), 'h', 1)");
    await pool.query(
      "insert into workers (id, hostname, pid, heartbeat_at) values (gen_random_uuid(), 'h', 2, now() - interval '1 min')",
    );
    const [down = '', limited = ''] = api.context.ocr.endpoints;
    await pool.query(
      `insert into ocr_endpoints (url, state, down_since, error_code, job_limit)
       values ($1, 'open', now(), 'ocr_unavailable', null), ($2, 'closed', null, null, 8)`,
      [down, limited],
    );
    const seen = await scrape(api);
    expect(seen.value('ocrelay_database_up')).toBe(1);
    expect(seen.value('ocrelay_tasks', { status: 'uploaded' })).toBe(1);
    expect(seen.value('ocrelay_tasks', { status: 'queued' })).toBe(2);
    expect(seen.value('ocrelay_tasks', { status: 'ocr_done' })).toBe(0);
    expect(seen.value('ocrelay_parked_tasks')).toBe(1);
    expect(seen.value('ocrelay_oldest_due_task_age_seconds')).toBeGreaterThanOrEqual(90);
    expect(seen.value('ocrelay_oldest_due_task_age_seconds')).toBeLessThan(3_600);
    expect(seen.value('ocrelay_oldest_parked_task_age_seconds')).toBeGreaterThanOrEqual(3_600);
    expect(seen.value('ocrelay_workers_alive')).toBe(1);
    const endpoint = 'http://127.0.0.1:9/ocr';
    expect(seen.labelValues('endpoint')).toEqual(new Set([endpoint, 'http://127.0.0.1:10']));
    expect(seen.value('ocrelay_endpoint_breaker_state', { endpoint, state: 'open' })).toBe(1);
    expect(seen.value('ocrelay_endpoint_breaker_state', { endpoint, state: 'closed' })).toBe(0);
    expect(seen.value('ocrelay_endpoint_job_limit', { endpoint })).toBeUndefined();
    expect(seen.value('ocrelay_endpoint_job_limit', { endpoint: 'http://127.0.0.1:10' })).toBe(8);
    expect(seen.value('ocrelay_endpoint_jobs_in_flight', { endpoint })).toBe(0);
  });
});

test('while Postgres is away a scrape is answered, says so, and shows no old numbers', async () => {
  const api = await startApi({ DATABASE_URL: 'postgres://nobody@127.0.0.1:9/nothing', OCR_BASE_URL: NOWHERE });
  try {
    const seen = await scrape(api);
    expect(seen.value('ocrelay_database_up')).toBe(0);
    expect(seen.value('ocrelay_tasks')).toBeUndefined();
    expect(seen.value('ocrelay_parked_tasks')).toBeUndefined();
    expect(seen.value('process_cpu_seconds_total')).toBeGreaterThan(0);
  } finally {
    await api.stop();
  }
});

test('with API keys, only who has one may scrape', async () => {
  const api = await startApi({ API_KEYS: `prometheus:${KEY}` });
  try {
    const refused = await api.ask('/metrics');
    expect([refused.status, refused.body.error.code]).toEqual([401, 'unauthorized']);
    const seen = await scrape(api, { Authorization: `Bearer ${KEY}` });
    expect(seen.value('ocrelay_database_up')).toBe(1);
    expect([...seen.labelValues('route')].join()).not.toContain(KEY);
  } finally {
    await api.stop();
  }
});

describe('the look at the installation', () => {
  const STATE = { tasks: {}, parked: 3 } as unknown as InstallationState;
  const shown = () => {
    const states: Array<number | null> = [];
    return { states, metrics: { show: (state: InstallationState | null) => void states.push(state?.parked ?? null) } };
  };

  test('is one for all who scrape within some seconds, and longer when it was dear', async () => {
    const { states, metrics } = shown();
    const clock = { ms: 0 };
    const look = async () => {
      clock.ms += 200;
      return STATE;
    };
    const watch = createInstallationWatch(look, metrics, () => clock.ms);
    await Promise.all(Array.from({ length: 50 }, watch));
    clock.ms = 10_100;
    await watch();
    expect(states).toEqual([3]);
    clock.ms = 10_200;
    await watch();
    expect(states).toEqual([3, 3]);
  });

  test('is made again after half a minute, however dear', async () => {
    const { states, metrics } = shown();
    const clock = { ms: 0 };
    const look = async () => {
      clock.ms += 10_000;
      return STATE;
    };
    const watch = createInstallationWatch(look, metrics, () => clock.ms);
    for (const ms of [0, 39_999, 40_000]) {
      clock.ms = ms;
      await watch();
    }
    expect(states).toEqual([3, 3]);
  });

  test('that fails is told, and made again at the next scrape', async () => {
    const { states, metrics } = shown();
    const answers = [Promise.resolve(STATE), Promise.reject(new Error('away')), Promise.resolve(STATE)];
    for (const answer of answers) answer.catch(() => {});
    const clock = { ms: 0 };
    const watch = createInstallationWatch(
      () => answers.shift() ?? Promise.reject(),
      metrics,
      () => clock.ms,
    );
    for (const ms of [0, 5_000, 5_000]) {
      clock.ms = ms;
      await watch();
    }
    expect(states).toEqual([3, null, 3]);
  });
});
