import { jobData } from '@ocrelay/contracts';
import { isDatabaseUnavailable } from '@ocrelay/db';
import { isSentinel, type QueueJob, toJobRef } from '@ocrelay/queue';
import { findClaim, type JobRef } from '@ocrelay/tasks';
import { stageBroke, taskTakenAway } from '@ocrelay/telemetry';
import type { ClaimsInHand } from './claims-in-hand.ts';
import type { WorkerContext } from './context.ts';
import { createEndings, type Endings } from './endings.ts';
import { NotClaimed } from './stages/claim-task.ts';
import { settle } from './stages/settle.ts';
import { STALE, type Stage, TryFailed } from './stages/stage.ts';

/** A queue job → its stage. */
export function runStage(context: WorkerContext, stage: Stage, inHand: ClaimsInHand, endings: Endings) {
  const begin = createEndings(endings);
  return async (job: QueueJob): Promise<string> => {
    if (isSentinel(job)) return 'the queue is intact';
    const ref = toJobRef(jobData.parse(job.data));
    for (;;) {
      // Without a lease nothing may be claimed; the job is held until there is one, since a job given up is used up.
      await endings.lease.held(endings.stopping);
      const ending = begin(ref);
      const { signal } = ending;
      inHand.take(ref);
      try {
        return await stage(ref, signal);
      } catch (error) {
        if (error instanceof TryFailed) throw error;
        if (error instanceof NotClaimed && !endings.stopping.aborted) continue;
        if (signal.aborted) {
          if (!ending.wasTaken()) return 'given back';
          taskTakenAway(context.log, ref);
          return STALE;
        }
        return await afterBreakage(context, ref, error, signal);
      } finally {
        inHand.drop(ref);
        ending.release();
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
