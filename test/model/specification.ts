/**
 * What a task may do, in few words: the model that the real system is compared with after every step. It knows no queue, no
 * worker but whether one holds the task, and no time but that of deadlines. What documents and their pages do to each other is
 * in `families.ts`.
 */
import type { ErrorCode, Stage, Status } from '@ocrelay/contracts';
import type { Meaning } from './answers.ts';

/** The limits that the system under test is set to. */
export interface Limits {
  readonly attempts: Readonly<Record<Stage, number>>;
  readonly maxResubmits: number;
  readonly deadlineMs: number;
  /** From the submission to the end of OCR; looked at only when the service says that it has not ended. */
  readonly ocrTimeoutMs: number;
}

/** A task as the specification sees it. */
export interface SpecifiedTask {
  /** The document that it is a page of. */
  readonly parentId: string | null;
  /** Of a document: how many pages it has, has read, and waits for; null for all others. */
  readonly pages: number | null;
  readonly donePages: number | null;
  readonly openPages: number | null;
  readonly status: Status;
  readonly stage: Stage | null;
  readonly generation: number;
  readonly attempt: number;
  readonly waits: number;
  readonly resubmits: number;
  readonly submissions: number;
  /** Workers that have died over it where it is they who do the work. */
  readonly crashes: number;
  /** A worker that has died holds it. */
  readonly isHeld: boolean;
  readonly hasOcrJob: boolean;
  /** The service has said once that it does not know the job. */
  readonly isMissing: boolean;
  readonly errorCode: ErrorCode | null;
  readonly deadlineAtMs: number;
  readonly submittedAtMs: number;
}

export const UPLOADED: SpecifiedTask = {
  parentId: null,
  pages: null,
  donePages: null,
  openPages: null,
  status: 'uploaded',
  stage: null,
  generation: 1,
  attempt: 0,
  waits: 0,
  resubmits: 0,
  submissions: 0,
  crashes: 0,
  isHeld: false,
  hasOcrJob: false,
  isMissing: false,
  errorCode: null,
  deadlineAtMs: 0,
  submittedAtMs: 0,
};

const NO_TROUBLE = { waits: 0, isMissing: false, errorCode: null } as const;

export function isInProgress({ status }: SpecifiedTask): boolean {
  return status === 'queued' || status === 'ocr_processing';
}

/** Of tasks that end before their pages do: there is nothing to wait for. */
const waitsForNone = ({ openPages }: SpecifiedTask) => ({ openPages: openPages === null ? null : 0 });

/** uploaded | ocr_failed | cancelled → queued: a run that knows nothing of the one before. */
export function queued(task: SpecifiedTask, nowMs: number, { deadlineMs }: Limits): SpecifiedTask {
  const { parentId, pages, donePages, openPages } = task;
  return {
    ...UPLOADED,
    parentId,
    pages,
    donePages,
    openPages,
    status: 'queued',
    stage: parentId === null && pages === null ? 'submit' : 'split',
    generation: task.generation + (task.status === 'uploaded' ? 0 : 1),
    submissions: task.submissions,
    deadlineAtMs: nowMs + deadlineMs,
  };
}

/** Whatever has not ended → cancelled. */
export function cancelled(task: SpecifiedTask): SpecifiedTask {
  return { ...task, ...NO_TROUBLE, ...waitsForNone(task), status: 'cancelled', isHeld: false };
}

/** A worker takes it: a try begins, and perhaps a submission, which is counted before it is made. */
export function claimed(task: SpecifiedTask): SpecifiedTask {
  const submissions = task.submissions + (task.stage === 'submit' ? 1 : 0);
  return { ...task, isHeld: true, attempt: task.attempt + 1, submissions };
}

/** Its worker has died, and others have noticed: the try does not count. */
export function rescued(task: SpecifiedTask): SpecifiedTask {
  if (!task.isHeld) return task;
  const isWorkersOwn = task.stage === 'store' || task.stage === 'split';
  return { ...task, isHeld: false, attempt: task.attempt - 1, crashes: task.crashes + (isWorkersOwn ? 1 : 0) };
}

/** The deadline has passed: whoever holds it. */
export function expired(task: SpecifiedTask, nowMs: number): SpecifiedTask {
  if (!isInProgress(task) || nowMs < task.deadlineAtMs) return task;
  return outOfTime(task);
}

/** The deadline has passed, if only that of its document. */
export function outOfTime(task: SpecifiedTask): SpecifiedTask {
  return { ...task, ...waitsForNone(task), status: 'ocr_failed', errorCode: 'deadline_exceeded', isHeld: false };
}

/** What a claimed task becomes by an answer to its stage. */
export function answered(task: SpecifiedTask, meaning: Meaning, nowMs: number, limits: Limits): SpecifiedTask {
  const free = { ...task, isHeld: false };
  if (meaning.kind === 'not_yet' && nowMs >= task.submittedAtMs + limits.ocrTimeoutMs)
    return failed(free, 'ocr_timeout');
  if (meaning.kind === 'good' || meaning.kind === 'not_yet') return stageDone(free, nowMs, null);
  if (meaning.kind === 'told_failed') return stageDone(free, nowMs, 'ocr_job_failed');
  const stage = task.stage ?? 'submit';
  // After a `failed` event, a result that is not there, or broken, is no more than that failure.
  const toldFailed = stage === 'store' && task.errorCode === 'ocr_job_failed';
  if (meaning.kind === 'give_up') return failed(free, meaning.code);
  if (toldFailed && meaning.kind !== 'wait') return failed(free, 'ocr_job_failed');
  if (nowMs >= task.deadlineAtMs) return failed(free, 'deadline_exceeded');
  switch (meaning.kind) {
    case 'wait':
      return {
        ...free,
        attempt: task.attempt - 1,
        waits: task.waits + 1,
        submissions: task.submissions - (stage === 'submit' ? 1 : 0),
        errorCode: meaning.code,
      };
    case 'retry':
      if (task.attempt >= limits.attempts[stage]) return failed(free, meaning.code);
      return { ...free, waits: 0, errorCode: meaning.code };
    case 'lost':
      if (!task.isMissing) return { ...free, isMissing: true, attempt: task.attempt - 1, errorCode: 'ocr_job_lost' };
      if (task.resubmits >= limits.maxResubmits) return failed(free, 'ocr_job_lost');
      return {
        ...free,
        ...NO_TROUBLE,
        stage: 'submit',
        attempt: 0,
        resubmits: task.resubmits + 1,
        errorCode: 'ocr_job_lost',
      };
  }
}

function stageDone(task: SpecifiedTask, nowMs: number, errorCode: ErrorCode | null): SpecifiedTask {
  const calm = { ...task, ...NO_TROUBLE, errorCode };
  if (task.stage === 'split') return { ...calm, stage: 'submit', attempt: 0, crashes: 0 };
  if (task.stage === 'submit')
    return { ...calm, status: 'ocr_processing', stage: 'poll', attempt: 0, hasOcrJob: true, submittedAtMs: nowMs };
  return task.stage === 'poll' ? { ...calm, stage: 'store', attempt: 0, crashes: 0 } : { ...calm, status: 'ocr_done' };
}

function failed(task: SpecifiedTask, errorCode: ErrorCode): SpecifiedTask {
  return { ...task, status: 'ocr_failed', errorCode };
}
