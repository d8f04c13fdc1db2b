import { describe, expect, test } from '@jest/globals';
import { readExposition } from '../../../test/support/exposition.ts';
import {
  createApiMetrics,
  createLogger,
  createWorkerMetrics,
  endpointDown,
  type InstallationState,
  taskParked,
  taskRetries,
  taskWaits,
} from '../src/index.ts';

const log = createLogger({ name: 'test', level: 'silent', format: 'json' });
const task = { taskId: 'task-1', stage: 'submit', generation: 1, attempt: 2, claimedAtMs: 0, waits: 0 };
const worker = () => ({ log, metrics: createWorkerMetrics() });
const seen = async (of: { metrics: { text(): Promise<string> } }) => readExposition(await of.metrics.text());

describe('an event that is logged', () => {
  test('is counted by stage and code, with what it took', async () => {
    const to = worker();
    taskRetries(to, task, 'ocr_bad_response', 'no JSON', 20);
    taskRetries(to, task, 'ocr_bad_response', 'no JSON', 40);
    const labels = { stage: 'submit', code: 'ocr_bad_response' };
    const now = await seen(to);
    expect(now.value('ocrelay_attempts_failed_total', labels)).toBe(2);
    expect(now.value('ocrelay_stage_duration_seconds_count', { stage: 'submit', outcome: 'retry' })).toBe(2);
  });

  test('is counted in the registry that it was told to, and in no other', async () => {
    const [mine, other] = [worker(), worker()];
    taskRetries(mine, task, 'ocr_timeout', 'no answer', 20);
    expect((await seen(other)).value('ocrelay_attempts_failed_total')).toBeUndefined();
  });

  test('is counted each time, also where only the first of a row is worth a line', async () => {
    const to = worker();
    for (const waits of [0, 1, 2]) taskWaits(to, { ...task, waits }, 'ocr_unavailable', 'away', 1_000);
    taskParked(to, { ...task, waits: 3 }, 'ocr_unavailable', 'away');
    const now = await seen(to);
    expect(now.value('ocrelay_waits_total', { code: 'ocr_unavailable' })).toBe(4);
    expect(now.value('ocrelay_tasks_parked_total')).toBe(1);
  });
});

describe('the address of an endpoint', () => {
  const address = 'https://user:secret@ocr.test:8443/v1/?token=secret#secret';

  test('loses what may be secret before it is a label', async () => {
    const to = worker();
    endpointDown(to, address, 'ocr_unavailable', 'away');
    expect((await seen(to)).labelValues('endpoint')).toEqual(new Set(['https://ocr.test:8443/v1']));
    expect(await to.metrics.text()).not.toContain('secret');
  });

  test('that is none is no label of its own', async () => {
    const to = worker();
    endpointDown(to, 'secret@nowhere', 'ocr_unavailable', 'away');
    expect((await seen(to)).labelValues('endpoint')).toEqual(new Set(['unknown']));
  });
});

describe('the installation', () => {
  const endpoint = { url: 'http://ocr.test', state: 'open', jobLimit: 4, inFlight: 1 } as const;
  const state: InstallationState = {
    tasks: { queued: 2 },
    parked: 1,
    oldestDueS: 1.5,
    oldestParkedS: 0,
    workersAlive: 3,
    endpoints: [endpoint],
  };

  test('is shown as it is now: what is gone is left out', async () => {
    const metrics = createApiMetrics();
    metrics.show(state);
    metrics.show({ ...state, endpoints: [{ ...endpoint, state: 'closed', jobLimit: null }] });
    const now = await seen({ metrics });
    expect(now.value('ocrelay_endpoint_breaker_state', { state: 'open' })).toBe(0);
    expect(now.value('ocrelay_endpoint_breaker_state', { state: 'closed' })).toBe(1);
    expect(now.value('ocrelay_endpoint_job_limit')).toBeUndefined();
    expect(now.value('ocrelay_oldest_due_task_age_seconds')).toBe(1.5);
  });

  test('that cannot be seen is not shown at all, and is back when it can', async () => {
    const metrics = createApiMetrics();
    metrics.show(state);
    metrics.show(null);
    const away = await seen({ metrics });
    expect(away.value('ocrelay_database_up')).toBe(0);
    for (const name of ['tasks', 'parked_tasks', 'workers_alive', 'endpoint_jobs_in_flight']) {
      expect([name, away.value(`ocrelay_${name}`)]).toEqual([name, undefined]);
    }
    metrics.show(state);
    expect((await seen({ metrics })).value('ocrelay_workers_alive')).toBe(3);
  });
});
