/**
 * What a worker has done itself. Every label is of a closed set (stages, codes, outcomes) or of the configuration
 * (endpoints): nothing that grows with tasks.
 */
import { Counter, Gauge, Histogram } from 'prom-client';
import { createExposition, DURATIONS_S, type Exposition, toEndpointLabel, watchProcess } from './registry.ts';

/** How a stage ended: the task moved on, or what was decided after a fault, or the claim was no longer its own. */
export type StageOutcome =
  | 'done'
  | 'retry'
  | 'wait'
  | 'park'
  | 'look_again'
  | 'resubmit'
  | 'fail'
  | 'yield'
  | 'claim_lost';

export type OcrCall = 'submit' | 'poll' | 'result' | 'health' | 'cancel';

export interface WorkerMetrics extends Exposition {
  readonly stageDuration: Histogram<'stage' | 'outcome'>;
  readonly attemptsFailed: Counter<'stage' | 'code'>;
  readonly waits: Counter<'stage' | 'code'>;
  readonly tasksFailed: Counter<'stage' | 'code'>;
  readonly tasksParked: Counter;
  readonly tasksResubmitted: Counter;
  readonly tasksRescued: Counter;
  readonly claimsReleased: Counter;
  readonly jobsRestored: Counter<'cause'>;
  readonly breakerOpenings: Counter<'endpoint'>;
  readonly ocrCallDuration: Histogram<'call' | 'outcome'>;
  readonly lastReconcile: Gauge;
  /** Begins to watch the process itself, for an exposition that somebody scrapes. */
  watchProcess(): void;
}

/** The metrics of a worker, all at zero. */
export function createWorkerMetrics(): WorkerMetrics {
  const { registry, exposition } = createExposition();
  const registers = [registry];
  const counter = <L extends string = never>(name: string, help: string, labelNames: L[] = []) =>
    new Counter<L>({ name: `ocrelay_${name}_total`, help, labelNames, registers });
  const histogram = <L extends string>(name: string, help: string, labelNames: L[]) =>
    new Histogram<L>({ name: `ocrelay_${name}_seconds`, help, labelNames, buckets: DURATIONS_S, registers });
  return {
    ...exposition,
    stageDuration: histogram('stage_duration', 'From the claim of a task to the end of the stage, by how it ended.', [
      'stage',
      'outcome',
    ]),
    attemptsFailed: counter('attempts_failed', 'Attempts that failed and are made again.', ['stage', 'code']),
    waits: counter('waits', 'Pauses that cost no attempt.', ['stage', 'code']),
    tasksFailed: counter('tasks_failed', 'Tasks that ended in ocr_failed; stage none: by their deadline.', [
      'stage',
      'code',
    ]),
    tasksParked: counter('tasks_parked', 'Tasks put to wait, without a job, for an OCR endpoint.'),
    tasksResubmitted: counter('tasks_resubmitted', 'Tasks submitted again since the OCR service had lost their job.'),
    tasksRescued: counter('tasks_rescued', 'Tasks of dead workers taken over.'),
    claimsReleased: counter('claims_released', 'Own claims that nothing worked on, given back.'),
    jobsRestored: counter('jobs_restored', 'Jobs added for due tasks whose own the queue had lost.', ['cause']),
    breakerOpenings: counter('breaker_openings', 'Times this worker opened the breaker of an OCR endpoint.', [
      'endpoint',
    ]),
    ocrCallDuration: histogram('ocr_call_duration', 'Calls of the OCR service: ok, fault, or cut off by ourselves.', [
      'call',
      'outcome',
    ]),
    lastReconcile: new Gauge({
      name: 'ocrelay_last_reconcile_timestamp_seconds',
      help: 'When a round of the reconciler last went through without trouble, in Unix time; 0: never.',
      registers,
    }),
    watchProcess: () => watchProcess(registry),
  };
}

/** A stage has ended. @param claimedAtMs on the clock of `performance.now()`. */
export function stageEnded(metrics: WorkerMetrics, stage: string, outcome: StageOutcome, claimedAtMs: number): void {
  metrics.stageDuration.observe({ stage, outcome }, (performance.now() - claimedAtMs) / 1000);
}

/** Tasks were put to wait for an OCR endpoint. */
export function tasksParked(metrics: WorkerMetrics, tasks: number): void {
  metrics.tasksParked.inc(tasks);
}

/** A call of the OCR service has ended. */
export function ocrCallEnded(
  metrics: WorkerMetrics,
  call: OcrCall,
  outcome: 'ok' | 'fault' | 'cut_off',
  startedAtMs: number,
): void {
  metrics.ocrCallDuration.observe({ call, outcome }, (performance.now() - startedAtMs) / 1000);
}

/** A round of the reconciler has gone through. */
export function reconciled(metrics: WorkerMetrics): void {
  metrics.lastReconcile.setToCurrentTime();
}

/** The endpoints that will be counted: a counter that begins at 0 shows its first increase. */
export function endpointsKnown(metrics: WorkerMetrics, urls: readonly string[]): void {
  for (const url of urls) metrics.breakerOpenings.inc({ endpoint: toEndpointLabel(url) }, 0);
}
