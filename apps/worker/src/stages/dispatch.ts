import { together } from '@ocrelay/batching';
import type { Queues } from '@ocrelay/queue';
import type { DueJob } from '@ocrelay/tasks';
import type { Logger } from '@ocrelay/telemetry';
import { wentThrough } from '../went-through.ts';

/** Adds a task's next job. Never throws. */
export type Dispatch = (job: DueJob) => Promise<void>;

/**
 * Jobs that come in the same moment are added in bulk. When the queue cannot take one, nothing is lost: the row says
 * that it is due, and a reconciler adds it when the queue is back.
 */
export function createDispatch(queues: Queues, log: Logger): Dispatch {
  const add = together(
    async (jobs: readonly DueJob[]) => {
      await queues.addBulk(jobs);
      return jobs;
    },
    { mostAtOnce: 100, underWay: 1 },
  );
  return async (job) => {
    await wentThrough({ log }, 'queue', () => add(job));
  };
}
