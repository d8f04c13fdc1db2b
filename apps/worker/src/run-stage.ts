import { jobData } from '@ocrelay/contracts';
import { isDatabaseUnavailable } from '@ocrelay/db';
import { firstOf } from '@ocrelay/lifecycle';
import { isSentinel, type QueueJob, toJobRef } from '@ocrelay/queue';
import { findClaim, type JobRef } from '@ocrelay/tasks';
import { stageBroke, taskTakenAway } from '@ocrelay/telemetry';
import type { ClaimsInHand } from './claims-in-hand.ts';
import type { WorkerContext } from './context.ts';
import type { Lease } from './lease.ts';
import { NotClaimed } from './stages/claim-task.ts';
import { settle } from './stages/settle.ts';
import { STALE, type Stage, TryFailed } from './stages/stage.ts';
import type { TakenAway } from './taken-away.ts';

/** What ends a stage: the worker stops, has lost its lease, or the task is taken from it. */
export interface Endings {
  readonly stopping: AbortSignal;
  readonly lease: Lease;
  readonly takenAway: TakenAway;
}

/** A queue job → its stage. */
export function runStage(context: WorkerContext, stage: Stage, inHand: ClaimsInHand, endings: Endings) {
  return async (job: QueueJob): Promise<string> => {
    if (isSentinel(job)) return 'the queue is intact';
    const ref = toJobRef(jobData.parse(job.data));
    for (;;) {
      // Without a lease nothing may be claimed; the job is held until there is one, since a job given up is used up.
      await endings.lease.held(endings.stopping);
      const watch = endings.takenAway.watch(ref);
      const ending = firstOf([endings.stopping, endings.lease.signal(), watch.signal]);
      const { signal } = ending;
      inHand.take(ref);
      try {
        return await stage(ref, signal);
      } catch (error) {
        if (error instanceof TryFailed) throw error;
        if (error instanceof NotClaimed && !endings.stopping.aborted) continue;
        if (signal.aborted) {
          if (signal.reason !== watch.signal.reason) return 'given back';
          taskTakenAway(context.log, ref);
          return STALE;
        }
        return await afterBreakage(context, ref, error, signal);
      } finally {
        inHand.drop(ref);
        ending.release();
        watch.release();
      }
    }
  };
}

/**
 * What a stage throws unexpectedly. While the database is away the claim stays, until the reconciler of this worker
 * finds that nothing works on it and gives it back; that costs no attempt. Anything else is a fault of ours: it counts,
 * or a task that always breaks would run for ever.
 */
async function afterBreakage(
  context: WorkerContext,
  ref: JobRef,
  error: unknown,
  signal: AbortSignal,
): Promise<string> {
  stageBroke(context.log, ref, error);
  if (isDatabaseUnavailable(error)) throw error;
  const claim = await findClaim(context.database.db, ref, context.workerId);
  if (claim === null) return STALE;
  const message = 'Something unexpected went wrong in this step; the log tells more.';
  return settle(context, claim, { reaction: 'retry', code: 'internal_error', message }, signal);
}
