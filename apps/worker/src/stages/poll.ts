import { setTimeout as sleep } from 'node:timers/promises';
import type { JobStatus } from '@ocrelay/ocr';
import {
  type Claim,
  createOcrEndedMarker,
  createProgressSaver,
  type DueJob,
  findClaim,
  goRound,
  type PollProgress,
  releaseClaim,
} from '@ocrelay/tasks';
import { claimLost, ocrEnded, pollYields } from '@ocrelay/telemetry';
import { abandon } from '../abandon.ts';
import type { WorkerContext } from '../context.ts';
import { claimerOf } from './claim-task.ts';
import type { PollSlots, Slot } from './poll-slots.ts';
import { follow, settle, standingNow } from './settle.ts';
import { STALE, type Stage } from './stage.ts';
import { throughOutages } from './through-outages.ts';

/**
 * Poll: follows the OCR job by long polls until it has ended. Keeps its slot while no other poll waits for one, and
 * goes to the tail of the queue otherwise.
 */
export function pollStage(context: WorkerContext, slots: PollSlots): Stage {
  const claimTask = claimerOf(context, 'poll');
  const edges = {
    markOcrEnded: createOcrEndedMarker(context.database.db),
    saveProgress: createProgressSaver(context.database.db),
  };
  return async (ref, signal) => {
    const claim = await claimTask(ref, signal);
    if (claim === null) return STALE;
    const slot = slots.take(signal);
    try {
      signal.throwIfAborted();
      return await follows(context, claim, slot, signal, edges);
    } finally {
      slot.leave();
    }
  };
}

/** What many polls do together. */
interface Edges {
  readonly markOcrEnded: ReturnType<typeof createOcrEndedMarker>;
  readonly saveProgress: ReturnType<typeof createProgressSaver>;
}

async function follows(
  context: WorkerContext,
  first: Claim,
  slot: Slot,
  signal: AbortSignal,
  edges: Edges,
): Promise<string> {
  const { ocr } = context;
  const job = { endpoint: first.ocrEndpoint ?? '', jobId: first.ocrJobId ?? '' };
  const stillMine = ownership(context, first);
  let claim = first;
  let hurried = 0;
  for (;;) {
    const askedAtMs = performance.now();
    const poll = { sinceSeq: claim.pollCursor, timeoutMs: slot.timeoutMs() };
    const answer = await ocr.getJobStatus(job, poll, slot.signal).catch((error: unknown) => {
      if (slot.signal.aborted && !signal.aborted) return null; // we cut it short ourselves, for those who wait
      throw error;
    });
    if (answer === null) return giveSlotUp(context, claim);
    if (!answer.ok) return settle(context, claim, answer.fault, signal);

    context.endpoints.answered(job.endpoint);
    const progress = progressOf(answer.value, claim);
    if (answer.value.done) {
      const ended = { claim, progress, failure: answer.value.message };
      return toStore(context, claim, await throughOutages(context, () => edges.markOcrEnded(ended)));
    }
    const { taskTimeoutMs } = context.config;
    if (hasTimedOut(claim, taskTimeoutMs)) {
      abandon(context, claim.taskId, job);
      return follow(context, claim, timedOut(taskTimeoutMs));
    }
    const news = isNews(progress, claim);
    if (news || hadTrouble(claim)) {
      if (!(await edges.saveProgress({ claim, progress }))) return lost(context, claim);
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
    if (slot.mustYield()) return goesRound(context, claim);
    if (!(await stillMine())) return lost(context, claim);
    // A service that answers at once with nothing new, or with ever more, must not be asked as fast as it answers.
    hurried = news ? hurried + 1 : 0;
    if (!news || hurried > MOST_HURRIED) await pause(SHORTEST_ROUND_MS - (performance.now() - askedAtMs), slot.signal);
  }
}

/** The least time between two polls of one job that bring nothing new, ms. */
const SHORTEST_ROUND_MS = 1_000;
/** Rounds in a row that may bring news without a pause: pages that are done at once. */
const MOST_HURRIED = 20;
/** How often a poll looks whether the task is still its own: a deadline or a cancel takes it away, ms. */
const OWNERSHIP_MS = 10_000;

function ownership({ database, workerId }: WorkerContext, claim: Claim): () => Promise<boolean> {
  let lookedAtMs = performance.now();
  return async () => {
    if (performance.now() - lookedAtMs < OWNERSHIP_MS) return true;
    lookedAtMs = performance.now();
    return (await findClaim(database.db, claim, workerId)) !== null;
  };
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms > 0) await sleep(ms, undefined, { signal }).catch(() => {});
}

function lost(context: WorkerContext, claim: Claim): string {
  claimLost(context, claim);
  return STALE;
}

async function toStore(context: WorkerContext, claim: Claim, next: DueJob | null): Promise<string> {
  if (next === null) return lost(context, claim);
  context.endpoints.freed();
  ocrEnded(context, claim, claim.ocrJobId ?? '', sinceSubmitMs(claim));
  await context.dispatch(next);
  return 'OCR job ended';
}

async function goesRound(context: WorkerContext, claim: Claim): Promise<string> {
  const next = await goRound(context.database.db, claim);
  if (next === null) return STALE;
  pollYields(context, claim);
  await context.dispatch(next);
  return 'gave its slot to another poll';
}

/** Without an answer: what the row says of faults stays true. */
async function giveSlotUp(context: WorkerContext, claim: Claim): Promise<string> {
  const next = await releaseClaim(context.database.db, claim);
  if (next === null) return STALE;
  pollYields(context, claim);
  await context.dispatch(next);
  return 'was cut short for another poll';
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
