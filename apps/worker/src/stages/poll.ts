import type { JobStatus } from '@ocrelay/ocr';
import { type Claim, claim as claimTask, goRound, markOcrEnded, type PollProgress, saveProgress } from '@ocrelay/tasks';
import { claimLost, ocrEnded } from '@ocrelay/telemetry';
import type { WorkerContext } from '../context.ts';
import { dispatch } from './dispatch.ts';
import type { PollSlots, Slot } from './poll-slots.ts';
import { follow, settle, standingNow } from './settle.ts';
import { STALE, type Stage } from './stage.ts';

/**
 * Poll: follows the OCR job by long polls until it has ended. Keeps its slot while no other poll waits for one, and
 * goes to the tail of the queue otherwise.
 */
export function pollStage(context: WorkerContext, slots: PollSlots): Stage {
  return async (ref, signal) => {
    const claim = await claimTask(context.database.db, ref, context.workerId);
    if (claim === null) return STALE;
    const slot = slots.take(signal);
    try {
      signal.throwIfAborted();
      return await follows(context, claim, slot, signal);
    } finally {
      slot.leave();
    }
  };
}

async function follows(context: WorkerContext, first: Claim, slot: Slot, signal: AbortSignal): Promise<string> {
  const { database, ocr } = context;
  const job = { endpoint: first.ocrEndpoint ?? '', jobId: first.ocrJobId ?? '' };
  let claim = first;
  for (;;) {
    const poll = { sinceSeq: claim.pollCursor, timeoutMs: slot.timeoutMs() };
    const answer = await ocr.getJobStatus(job, poll, slot.signal).catch((error: unknown) => {
      if (slot.mustYield() && !signal.aborted) return null; // we cut it short ourselves, for those who wait
      throw error;
    });
    if (answer === null) return yieldSlot(context, claim);
    if (!answer.ok) return settle(context, claim, answer.fault, signal);

    const progress = progressOf(answer.value, claim);
    if (answer.value.done) return ended(context, claim, progress);
    if (hasTimedOut(claim, context.config.taskTimeoutMs))
      return follow(context, claim, timedOut(context.config.taskTimeoutMs));
    if (slot.mustYield() && !isNews(progress, claim)) return yieldSlot(context, claim);
    if (isNews(progress, claim) || hadTrouble(claim)) {
      if (!(await saveProgress(database.db, claim, progress))) {
        claimLost(context.log, claim);
        return STALE;
      }
      claim = {
        ...claim,
        ...progress,
        pollCursor: progress.cursor,
        attempt: 1,
        waits: 0,
        missingSince: null,
        errorCode: null,
      };
      context.wakeUps.taskMoved(claim.taskId);
    }
    if (slot.mustYield()) return yieldSlot(context, claim);
  }
}

async function ended(context: WorkerContext, claim: Claim, progress: PollProgress): Promise<string> {
  const next = await markOcrEnded(context.database.db, claim, progress);
  if (next === null) {
    claimLost(context.log, claim);
    return STALE;
  }
  ocrEnded(context.log, claim, claim.ocrJobId ?? '', sinceSubmitMs(claim));
  await dispatch(context, next);
  return 'OCR job ended';
}

async function yieldSlot(context: WorkerContext, claim: Claim): Promise<string> {
  const next = await goRound(context.database.db, claim);
  if (next === null) return STALE;
  await dispatch(context, next);
  return 'gave its slot to another poll';
}

/** Events can repeat and come out of order: the cursor never goes back. */
function progressOf(status: JobStatus, claim: Claim): PollProgress {
  return {
    cursor: Math.max(claim.pollCursor, status.lastSeq),
    donePages: status.progress?.donePages ?? claim.donePages,
    totalPages: status.progress?.totalPages ?? claim.totalPages,
  };
}

function isNews(progress: PollProgress, claim: Claim): boolean {
  return (
    progress.cursor !== claim.pollCursor ||
    progress.donePages !== claim.donePages ||
    progress.totalPages !== claim.totalPages
  );
}

/** The row still tells of faults before this valid answer. */
function hadTrouble(claim: Claim): boolean {
  return claim.attempt > 1 || claim.waits > 0 || claim.missingSince !== null || claim.errorCode !== null;
}

function sinceSubmitMs(claim: Claim): number {
  return Math.round(standingNow(claim).now.getTime() - (claim.submittedAt ?? claim.now).getTime());
}

/** Asked only after the service has said "not done", so that an outage does not use the time up. */
function hasTimedOut(claim: Claim, taskTimeoutMs: number): boolean {
  return sinceSubmitMs(claim) >= taskTimeoutMs;
}

function timedOut(taskTimeoutMs: number) {
  return {
    kind: 'fail',
    code: 'ocr_timeout',
    message: `The OCR service had not finished ${Math.round(taskTimeoutMs / 1000)} s after the image was submitted.`,
  } as const;
}
