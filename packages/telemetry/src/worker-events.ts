/** One line per thing that happens to a worker, and its count where it has one. */
import type { Logger } from 'pino';
import { toEndpointLabel } from './metrics/registry.ts';
import type { WorkerTelemetry } from './task-events.ts';

export function workerStarted(
  log: Logger,
  workerId: string,
  stages: readonly string[],
  queue: 'redis' | 'postgres',
): void {
  log.info({ worker_id: workerId, stages, queue }, 'worker started');
}

export function healthListening(log: Logger, port: number): void {
  log.info({ port }, 'health and metrics are answered');
}

export function workerStopping(log: Logger, reason: string): void {
  log.info({ reason }, 'stopping: no more jobs are fetched');
}

export function workerStopped(log: Logger, released: number, durationMs: number): void {
  log.info({ released, duration_ms: durationMs }, 'worker stopped');
}

export function leaseLost(log: Logger, reason: string): void {
  log.error({ reason }, 'lease lost: stopping what is running, others may have taken it up');
}

export function leaseRegained(log: Logger): void {
  log.info('lease regained');
}

export function claimsRescued({ log, metrics }: WorkerTelemetry, workers: readonly string[], tasks: number): void {
  metrics.tasksRescued.inc(tasks);
  log.warn({ workers, tasks }, 'tasks of dead workers taken over');
}

export function orphansReleased({ log, metrics }: WorkerTelemetry, tasks: number): void {
  metrics.claimsReleased.inc(tasks);
  log.warn({ tasks }, 'own claims that nothing worked on given back');
}

export function jobsRestored({ log, metrics }: WorkerTelemetry, added: number, buried: number): void {
  metrics.jobsRestored.inc({ cause: 'absent' }, added);
  metrics.jobsRestored.inc({ cause: 'buried' }, buried);
  log.warn({ added, buried }, 'due tasks had no job: added');
}

export function queueRebuilt({ log, metrics }: WorkerTelemetry, tasks: number, durationMs: number): void {
  metrics.jobsRestored.inc({ cause: 'queue_lost' }, tasks);
  const level = tasks === 0 ? 'info' : 'warn'; // a new queue has lost nothing
  log[level]({ tasks, duration_ms: durationMs }, 'queue was empty: every waiting task has a job again');
}

export function orphansSwept(log: Logger, swept: { readonly files: number; readonly images: number }): void {
  log.warn(swept, 'files of dead uploads and images without a task removed');
}

export function orphansSuspicious(log: Logger, orphans: number, images: number): void {
  const what =
    'many images have no task, and none of them is swept: is DATABASE_URL the database of this store, and whole?';
  log.error({ orphans, images }, what);
}

export function oldTasksDeleted(log: Logger, tasks: number): void {
  log.info({ tasks }, 'tasks older than RETENTION_DAYS deleted, with results and images');
}

export function deadlinesExpired({ log, metrics }: WorkerTelemetry, taskIds: readonly string[]): void {
  metrics.tasksFailed.inc({ stage: 'none', code: 'deadline_exceeded' }, taskIds.length);
  log.error({ task_ids: taskIds, tasks: taskIds.length }, 'deadline exceeded');
}

export function endpointDown({ log, metrics }: WorkerTelemetry, endpoint: string, code: string, reason: string): void {
  metrics.breakerOpenings.inc({ endpoint: toEndpointLabel(endpoint) });
  log.error({ endpoint, code, reason }, 'OCR endpoint is down: its breaker is open, tasks wait');
}

export function endpointTried(log: Logger, endpoint: string, taskId: string): void {
  log.info({ endpoint, task_id: taskId }, 'OCR endpoint is well again: one task is let through');
}

export function endpointBack(log: Logger, endpoint: string): void {
  log.info({ endpoint }, 'OCR endpoint is back: its breaker is closed');
}

export function endpointLimited(log: Logger, endpoint: string, jobs: number, forMs: number, reason: string): void {
  log.warn(
    { endpoint, job_limit: jobs, for_ms: forMs, reason },
    'OCR endpoint is overloaded: it gets fewer jobs at a time',
  );
}

/** What is wrong, since when, and how many tasks wait. */
export function tasksWaitForEndpoints(
  log: Logger,
  endpoint: string,
  since: Date | null,
  trouble: { readonly code: string; readonly message: string } | null,
  waiting: number,
): void {
  const fields = { endpoint, since, code: trouble?.code, reason: trouble?.message, waiting };
  log.warn(fields, 'OCR endpoint is still down');
}
