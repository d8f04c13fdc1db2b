import type { DueJob } from '@ocrelay/tasks';
import { dependencyTrouble } from '@ocrelay/telemetry';
import type { WorkerContext } from '../context.ts';

/**
 * Adds a task's next job. When the queue cannot take it, nothing is lost: the row says that it is due, and a reconciler
 * adds it when the queue is back.
 */
export async function dispatch(context: Pick<WorkerContext, 'queues' | 'log'>, job: DueJob): Promise<void> {
  try {
    await context.queues.add(job);
  } catch (error) {
    dependencyTrouble(context.log, 'queue', error);
  }
}
