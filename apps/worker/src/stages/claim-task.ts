import { setTimeout as sleep } from 'node:timers/promises';
import { isDatabaseUnavailable } from '@ocrelay/db';
import { createClaimer, type JobRef } from '@ocrelay/tasks';
import { dependencyTrouble } from '@ocrelay/telemetry';
import type { WorkerContext } from '../context.ts';

/** The signal aborted before the task was claimed: the job is still nobody's. */
export class NotClaimed extends Error {
  override readonly name = 'NotClaimed';
}

const AGAIN_MS = 500;

/**
 * Claims tasks of a stage, however long that takes: while the database is away the job is held, not used up, or a short
 * outage would empty the queue.
 * @returns null when the job is stale.
 */
export function claimerOf(context: WorkerContext, stage: 'poll' | 'store') {
  return patient(context, createClaimer(context.database.db, context.workerId, stage));
}

/** As above, with a claimer of one's own. */
export function patient<T>(context: WorkerContext, claim: (ref: JobRef) => Promise<T>) {
  return async (ref: JobRef, signal: AbortSignal): Promise<T> => {
    for (;;) {
      if (signal.aborted) throw new NotClaimed();
      try {
        return await claim(ref);
      } catch (error) {
        if (!isDatabaseUnavailable(error)) throw error;
        dependencyTrouble(context.log, 'postgres', error);
        await sleep(AGAIN_MS, undefined, { signal }).catch(() => {});
      }
    }
  };
}
