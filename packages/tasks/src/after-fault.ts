import type { ErrorCode, Stage } from '@ocrelay/contracts';
import { backoffMs, type RetryPolicy } from './backoff.ts';

/** What went wrong, as `packages/ocr` classes it, or a stage for faults of its own. */
export interface Fault {
  readonly reaction: 'retry' | 'wait' | 'give_up' | 'lost' | 'elsewhere';
  readonly code: ErrorCode;
  /** For people, cleansed. */
  readonly message: string;
  /** How long the other side asks to be left alone, ms. */
  readonly retryAfterMs?: number;
  /** What is wrong with an endpoint of the service as a whole; unset where the image or the job may be to blame. */
  readonly trouble?: 'unreachable' | 'unauthorized' | 'overloaded' | 'refused';
  /** Where it happened; unset where no endpoint of the service has a part in it. */
  readonly endpoint?: string;
  /** A wait, and yet the service may have done what it was asked for: a submission stays counted. */
  readonly mayBeDone?: true;
}

/** Where the task stands when the fault comes, by the database's clock. */
export interface Standing {
  readonly stage: Stage;
  readonly now: Date;
  readonly deadlineAt: Date;
  /** Consecutive tries of this stage, this one included. */
  readonly attempt: number;
  /** Consecutive waits before this one. */
  readonly waits: number;
  /** How often the OCR job was lost and submitted again. */
  readonly resubmits: number;
  /** Since when the service has not known the job; null until it first said so. */
  readonly missingSince: Date | null;
}

/** What is to be done about it. Times in ms. */
export type NextStep =
  | { readonly kind: 'retry'; readonly inMs: number; readonly code: ErrorCode; readonly message: string }
  | {
      readonly kind: 'wait';
      readonly inMs: number;
      readonly code: ErrorCode;
      readonly message: string;
      readonly mayBeDone?: true;
    }
  /** Nothing takes it now: it waits without a job until an endpoint does. */
  | { readonly kind: 'park'; readonly code: ErrorCode; readonly message: string; readonly mayBeDone?: true }
  /** The service may have lost the job: look once more before believing it. */
  | { readonly kind: 'look_again'; readonly inMs: number; readonly message: string }
  | { readonly kind: 'resubmit'; readonly inMs: number; readonly message: string }
  | { readonly kind: 'fail'; readonly code: ErrorCode; readonly message: string };

/** How the stage tries again, and how often a lost job is submitted again. */
export interface FaultPolicy extends RetryPolicy {
  readonly maxResubmits: number;
}

/** A job counts as lost when two answers at least this far apart say so. */
export const LOST_AFTER_MS = 2_000;

/**
 * The retry decision. Pure: clock and chance are arguments.
 *
 * Attempts and waits are two counters: a wait (service down, overloaded, refusing our token) never eats an attempt, and
 * only the deadline ends it. A task whose endpoint is gone for good (`elsewhere`) is submitted again; one that may not be
 * waits on.
 */
export function afterFault(fault: Fault, task: Standing, policy: FaultPolicy, random: () => number): NextStep {
  const { code, message } = fault;
  if (fault.reaction === 'give_up') return { kind: 'fail', code, message };
  if (task.now >= task.deadlineAt)
    return { kind: 'fail', code: 'deadline_exceeded', message: deadlineMessage(message) };
  if (fault.reaction === 'lost') return afterLoss(fault, task, policy, random);
  if (fault.reaction === 'elsewhere' && task.resubmits < policy.maxResubmits) {
    return { kind: 'resubmit', inMs: 0, message };
  }
  if (fault.reaction === 'wait' || fault.reaction === 'elsewhere') {
    // When there is somewhere to submit to, all that wait hear of it; each by itself would only ask again and again. A task
    // that was told when to come back comes back then.
    const isParked = fault.trouble !== undefined && task.stage === 'submit' && fault.retryAfterMs === undefined;
    const done = fault.mayBeDone === undefined ? {} : { mayBeDone: fault.mayBeDone };
    if (isParked) return { kind: 'park', code, message, ...done };
    // What the service asks for is the least; the jitter on top keeps the waiting tasks apart.
    const inMs = (fault.retryAfterMs ?? 0) + backoffMs(policy, task.waits + 1, random);
    return { kind: 'wait', inMs, code, message, ...done };
  }
  if (task.attempt >= policy.attempts) return { kind: 'fail', code, message };
  const inMs = Math.max(fault.retryAfterMs ?? 0, backoffMs(policy, task.attempt, random));
  return { kind: 'retry', inMs, code, message };
}

function afterLoss(fault: Fault, task: Standing, policy: FaultPolicy, random: () => number): NextStep {
  // Not negative, even when the database's clock was set back: that would put the second look off by as much.
  const missingMs = task.missingSince === null ? 0 : Math.max(0, task.now.getTime() - task.missingSince.getTime());
  if (task.missingSince === null || missingMs < LOST_AFTER_MS) {
    return { kind: 'look_again', inMs: LOST_AFTER_MS - missingMs + 100, message: fault.message };
  }
  if (task.resubmits >= policy.maxResubmits) return { kind: 'fail', code: 'ocr_job_lost', message: fault.message };
  return { kind: 'resubmit', inMs: backoffMs(policy, task.resubmits + 1, random), message: fault.message };
}

/** Why a task that ran into its deadline had not been done. */
export function deadlineMessage(cause: string | null): string {
  return cause === null
    ? 'The deadline of the task has passed.'
    : `The deadline of the task has passed. Last cause: ${cause}`;
}
