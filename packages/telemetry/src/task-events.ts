/** One line per thing that happens to a task. Fields are alike everywhere: task_id, stage, attempt, generation, duration_ms. */
import type { Logger } from 'pino';

/** Which try of which run of which task. */
export interface TaskFields {
  readonly taskId: string;
  readonly stage: string;
  readonly generation: number;
  readonly attempt: number;
}

function fields(task: TaskFields) {
  return { task_id: task.taskId, stage: task.stage, generation: task.generation, attempt: task.attempt };
}

export function taskSubmitted(
  log: Logger,
  task: TaskFields,
  ocrJobId: string,
  endpoint: string,
  durationMs: number,
): void {
  log.info({ ...fields(task), ocr_job_id: ocrJobId, endpoint, duration_ms: durationMs }, 'image submitted');
}

export function ocrEnded(log: Logger, task: TaskFields, ocrJobId: string, sinceSubmitMs: number): void {
  log.info({ ...fields(task), ocr_job_id: ocrJobId, duration_ms: sinceSubmitMs }, 'OCR job ended');
}

export function taskDone(log: Logger, task: TaskFields, pages: number, bytes: number, durationMs: number): void {
  log.info({ ...fields(task), pages, bytes, duration_ms: durationMs }, 'result stored');
}

/** A worker died while it had the result in hand: now a process of its own reads it. */
export function readsAlone(log: Logger, task: TaskFields, pid: number): void {
  log.warn({ ...fields(task), reader_pid: pid }, 'reading the result alone, in a process of its own');
}

export function loneReaderDied(log: Logger, task: TaskFields, lastWords: string): void {
  log.warn({ ...fields(task), last_words: lastWords }, 'the process that read the result alone died');
}

export function taskRetries(log: Logger, task: TaskFields, code: string, reason: string, inMs: number): void {
  log.warn({ ...fields(task), code, reason, retry_in_ms: inMs }, 'attempt failed, trying again');
}

export function taskWaits(log: Logger, task: TaskFields, code: string, reason: string, inMs: number): void {
  log.info({ ...fields(task), code, reason, retry_in_ms: inMs }, 'waiting');
}

export function taskParked(log: Logger, task: TaskFields, code: string, reason: string): void {
  log.info({ ...fields(task), code, reason }, 'waiting for an OCR endpoint');
}

export function ocrJobMissing(log: Logger, task: TaskFields, reason: string, inMs: number): void {
  log.warn({ ...fields(task), reason, retry_in_ms: inMs }, 'OCR service does not know the job, looking again');
}

export function ocrJobLost(log: Logger, task: TaskFields, reason: string, inMs: number): void {
  log.warn({ ...fields(task), reason, retry_in_ms: inMs }, 'OCR job lost, submitting again');
}

export function taskFailed(log: Logger, task: TaskFields, code: string, reason: string): void {
  log.error({ ...fields(task), code, reason }, 'task failed');
}

export function claimLost(log: Logger, task: TaskFields): void {
  log.info(fields(task), 'claim lost, result of this try is dropped');
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
