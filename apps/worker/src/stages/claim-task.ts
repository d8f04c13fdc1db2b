import { createClaimer, type JobRef } from '@ocrelay/tasks';
import type { WorkerContext } from '../context.ts';
import { throughOutages } from './through-outages.ts';

/** The signal aborted before the task was claimed: the job is still nobody's. */
export class NotClaimed extends Error {
  override readonly name = 'NotClaimed';
}

/**
 * Claims tasks of a stage, however long that takes.
 * @returns null when the job is stale.
 */
export function claimerOf(context: WorkerContext, stage: 'split' | 'poll' | 'store') {
  return patient(context, createClaimer(context.database.db, context.workerId, stage));
}

/** As above, with a claimer of one's own. */
export function patient<T>(context: WorkerContext, claim: (ref: JobRef) => Promise<T>) {
  return (ref: JobRef, signal: AbortSignal): Promise<T> =>
    throughOutages(
      context,
      async () => {
        if (signal.aborted) throw new NotClaimed();
        return claim(ref);
      },
      signal,
    );
}
