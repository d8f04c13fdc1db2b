/**
 * One line per thing that happens to a task, and its count where it has one. Fields are alike everywhere: task_id, stage,
 * attempt, generation, duration_ms.
 */
import type { Logger } from 'pino';
import { type StageOutcome, stageEnded, type WorkerMetrics } from './metrics/worker-metrics.ts';

/** Where a worker tells what happens: people read the log, programs the metrics. */
export interface WorkerTelemetry {
  readonly log: Logger;
  readonly metrics: WorkerMetrics;
}

/** Which try of which run of which task. */
export interface TaskFields {
  readonly taskId: string;
  readonly stage: string;
  readonly generation: number;
  readonly attempt: number;
}

/** A task that this worker had claimed. */
export interface ClaimedFields extends TaskFields {
  /** On the clock of `performance.now()`. */
  readonly claimedAtMs: number;
}

/** A task that waits, and how often it has done so in a row. */
export interface WaitingFields extends ClaimedFields {
  readonly waits: number;
}

/** The first of a row of waits is worth a line; the row says how many came after it. */
function isFirst(task: WaitingFields): boolean {
  return task.waits === 0;
}

function ended({ metrics }: WorkerTelemetry, task: ClaimedFields, outcome: StageOutcome): void {
  stageEnded(metrics, task.stage, outcome, task.claimedAtMs);
}

function fields(task: TaskFields) {
  return { task_id: task.taskId, stage: task.stage, generation: task.generation, attempt: task.attempt };
}

export function taskSubmitted(
  to: WorkerTelemetry,
  task: ClaimedFields,
  ocrJobId: string,
  endpoint: string,
  durationMs: number,
): void {
  ended(to, task, 'done');
  to.log.info({ ...fields(task), ocr_job_id: ocrJobId, endpoint, duration_ms: durationMs }, 'image submitted');
}

export function ocrEnded(to: WorkerTelemetry, task: ClaimedFields, ocrJobId: string, sinceSubmitMs: number): void {
  ended(to, task, 'done');
  to.log.info({ ...fields(task), ocr_job_id: ocrJobId, duration_ms: sinceSubmitMs }, 'OCR job ended');
}

export function taskDone(
  to: WorkerTelemetry,
  task: ClaimedFields,
  pages: number,
  bytes: number,
  durationMs: number,
): void {
  ended(to, task, 'done');
  to.log.info({ ...fields(task), pages, bytes, duration_ms: durationMs }, 'result stored');
}

export function documentSplit(to: WorkerTelemetry, task: ClaimedFields, pages: number): void {
  ended(to, task, 'done');
  to.log.info({ ...fields(task), pages }, 'document split into pages');
}

export function pageRendered(
  to: WorkerTelemetry,
  task: ClaimedFields,
  width: number,
  height: number,
  durationMs: number,
): void {
  ended(to, task, 'done');
  to.log.info({ ...fields(task), width, height, duration_ms: durationMs }, 'page rendered');
}

export function documentDone(
  to: WorkerTelemetry,
  task: ClaimedFields,
  pages: number,
  failedPages: number,
  durationMs: number,
): void {
  ended(to, task, 'done');
  to.log.info({ ...fields(task), pages, failed_pages: failedPages, duration_ms: durationMs }, 'document stored');
}

/** A worker died while it had the result, or the page, in hand: now a process of its own has it. */
export function worksAlone(log: Logger, task: TaskFields, pid: number): void {
  log.warn({ ...fields(task), lone_pid: pid }, 'doing this alone, in a process of its own');
}

export function loneProcessDied(log: Logger, task: TaskFields, lastWords: string): void {
  log.warn({ ...fields(task), last_words: lastWords }, 'the process that did this alone died');
}

/** The file of a task does not give its own text, which is offered beside what was read. */
export function ownTextsNotRead(log: Logger, task: TaskFields, error: unknown): void {
  log.warn({ ...fields(task), err: error }, "the file's own text cannot be read: the document goes without it");
}

export function taskRetries(
  to: WorkerTelemetry,
  task: ClaimedFields,
  code: string,
  reason: string,
  inMs: number,
): void {
  ended(to, task, 'retry');
  to.metrics.attemptsFailed.inc({ stage: task.stage, code });
  to.log.warn({ ...fields(task), code, reason, retry_in_ms: inMs }, 'attempt failed, trying again');
}

export function taskWaits(to: WorkerTelemetry, task: WaitingFields, code: string, reason: string, inMs: number): void {
  ended(to, task, 'wait');
  to.metrics.waits.inc({ stage: task.stage, code });
  if (isFirst(task)) to.log.info({ ...fields(task), code, reason, retry_in_ms: inMs }, 'waiting');
}

export function taskParked(to: WorkerTelemetry, task: WaitingFields, code: string, reason: string): void {
  ended(to, task, 'park');
  to.metrics.waits.inc({ stage: task.stage, code });
  to.metrics.tasksParked.inc();
  if (isFirst(task)) to.log.info({ ...fields(task), code, reason }, 'waiting for an OCR endpoint');
}

export function ocrJobMissing(to: WorkerTelemetry, task: ClaimedFields, reason: string, inMs: number): void {
  ended(to, task, 'look_again');
  to.log.warn({ ...fields(task), reason, retry_in_ms: inMs }, 'OCR service does not know the job, looking again');
}

export function ocrJobLost(to: WorkerTelemetry, task: ClaimedFields, reason: string, inMs: number): void {
  ended(to, task, 'resubmit');
  to.metrics.tasksResubmitted.inc();
  to.log.warn({ ...fields(task), reason, retry_in_ms: inMs }, 'OCR job lost, submitting again');
}

export function taskFailed(to: WorkerTelemetry, task: ClaimedFields, code: string, reason: string): void {
  ended(to, task, 'fail');
  to.metrics.tasksFailed.inc({ stage: task.stage, code });
  to.log.error({ ...fields(task), code, reason }, 'task failed');
}

/** A poll has left its slot to another one. */
export function pollYields(to: WorkerTelemetry, task: ClaimedFields): void {
  ended(to, task, 'yield');
  to.log.debug(fields(task), 'slot given to another poll');
}

export function claimLost(to: WorkerTelemetry, task: ClaimedFields): void {
  ended(to, task, 'claim_lost');
  to.log.info(fields(task), 'claim lost, result of this try is dropped');
}

export function taskTakenAway(log: Logger, task: Omit<TaskFields, 'attempt'>): void {
  log.info(
    { task_id: task.taskId, stage: task.stage, generation: task.generation },
    'task taken away (cancelled, deleted or out of time): work on it stopped',
  );
}

/** What came of telling the OCR service that nobody waits for a job any more. */
export function ocrJobAbandoned(log: Logger, taskId: string, ocrJobId: string, outcome: string): void {
  log.info({ task_id: taskId, ocr_job_id: ocrJobId, outcome }, 'OCR job abandoned');
}

export function stageBroke(log: Logger, task: Omit<TaskFields, 'attempt'>, error: unknown): void {
  log.error({ task_id: task.taskId, stage: task.stage, generation: task.generation, err: error }, 'stage broke');
}
