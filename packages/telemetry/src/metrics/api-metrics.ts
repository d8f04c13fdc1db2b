/**
 * What an API process has done itself, and what Postgres says of the whole installation: that is the same whichever process
 * tells it, so the API does, and workers tell only of themselves.
 */
import { Counter, Gauge, Histogram } from 'prom-client';
import { createExposition, DURATIONS_S, type Exposition, toEndpointLabel, watchProcess } from './registry.ts';

/** The whole installation, as Postgres has it. */
export interface InstallationState {
  /** By status. */
  readonly tasks: Readonly<Record<string, number>>;
  readonly parked: number;
  /** How long the task has been due that has waited longest; 0 when none is. s */
  readonly oldestDueS: number;
  readonly oldestParkedS: number;
  readonly workersAlive: number;
  readonly endpoints: readonly {
    readonly url: string;
    readonly state: 'closed' | 'open' | 'half_open';
    readonly jobLimit: number | null;
    readonly inFlight: number;
  }[];
}

const STATES = ['closed', 'open', 'half_open'] as const;

/** What a request was, in labels: the route's pattern, never the path. */
export interface RequestLabels {
  readonly method: string;
  readonly route: string;
  /** `cut_off` when the client was gone before the answer was. */
  readonly status: string;
}

export interface ApiMetrics extends Exposition {
  /** A request is over. */
  requestEnded(request: RequestLabels, durationMs: number): void;
  /** Shows the installation; null, while Postgres cannot be asked, shows that and no old numbers. */
  show(state: InstallationState | null): void;
}

/** The metrics of an API process. */
export function createApiMetrics(): ApiMetrics {
  const { registry, exposition } = createExposition();
  watchProcess(registry);
  const registers = [registry];
  const gauge = <L extends string = never>(name: string, help: string, labelNames: L[] = []) =>
    new Gauge<L>({ name: `ocrelay_${name}`, help, labelNames, registers });
  const requests = new Counter({
    name: 'ocrelay_http_requests_total',
    help: 'Requests by route; route none: refused before a route was found, or there is none.',
    labelNames: ['method', 'route', 'status'],
    registers,
  });
  const durations = new Histogram({
    name: 'ocrelay_http_request_duration_seconds',
    help: 'From the head of a request to the end of its answer.',
    labelNames: ['method', 'route'],
    buckets: DURATIONS_S,
    registers,
  });
  const database = gauge('database_up', 'Whether Postgres could be asked; when not, what it would say is left out.');
  const tasks = gauge(
    'tasks',
    'Tasks by status: exact up to 100,000 (10,000 where they have ended), beyond that an estimate.',
    ['status'],
  );
  const parked = gauge('parked_tasks', 'Tasks that wait, without a job, for an OCR endpoint; counted to 100,000.');
  const oldestDue = gauge('oldest_due_task_age_seconds', 'How long the task has been due that has waited longest.');
  const oldestParked = gauge('oldest_parked_task_age_seconds', 'How long the longest-parked task has been parked.');
  const workers = gauge('workers_alive', 'Workers with a lease.');
  const breaker = gauge('endpoint_breaker_state', 'The breaker of an OCR endpoint: 1 for the state that it is in.', [
    'endpoint',
    'state',
  ]);
  const jobLimit = gauge(
    'endpoint_job_limit',
    'Jobs that an OCR endpoint is given at a time; left out without a limit.',
    ['endpoint'],
  );
  const inFlight = gauge('endpoint_jobs_in_flight', 'Jobs that an OCR endpoint has; counted to 100,000.', ['endpoint']);
  return {
    ...exposition,
    requestEnded({ method, route, status }, durationMs) {
      requests.inc({ method, route, status });
      durations.observe({ method, route }, durationMs / 1000);
    },
    show(state) {
      database.set(state === null ? 0 : 1);
      for (const one of [tasks, breaker, jobLimit, inFlight]) one.reset();
      for (const one of [parked, oldestDue, oldestParked, workers]) one.remove(); // a reset would say 0
      if (state === null) return;
      for (const [status, count] of Object.entries(state.tasks)) tasks.set({ status }, count);
      parked.set(state.parked);
      oldestDue.set(state.oldestDueS);
      oldestParked.set(state.oldestParkedS);
      workers.set(state.workersAlive);
      for (const seen of state.endpoints) {
        const endpoint = toEndpointLabel(seen.url);
        for (const one of STATES) breaker.set({ endpoint, state: one }, seen.state === one ? 1 : 0);
        if (seen.jobLimit !== null) jobLimit.set({ endpoint }, seen.jobLimit);
        inFlight.set({ endpoint }, seen.inFlight);
      }
    },
  };
}
