import type { JobRef } from '@ocrelay/tasks';

/**
 * One step of a task: claim → one effect → one guarded transition → successor.
 * @param signal aborts when the worker stops or has lost its lease, or the task was taken away; then the stage throws the abort and changes nothing.
 * @returns a word for people who watch the queue.
 * @throws TryFailed when this try has failed, after the task's next step is settled.
 */
export type Stage = (ref: JobRef, signal: AbortSignal) => Promise<string>;

/** This try has failed and the row knows it; the queue job fails with the reason, for people to see. */
export class TryFailed extends Error {
  override readonly name = 'TryFailed';
}

/** The job is stale: the task has moved on, belongs to a later run, or is another worker's. */
export const STALE = 'stale';
