import { jobId } from '@ocrelay/contracts';
import { type JobRef, type QueueBackend, QueueUnavailableError } from './backend.ts';

/**
 * Removes a job that is stale, so that nobody has to look at it. One that runs stays, as does one that is not there.
 * @throws QueueUnavailableError
 */
export async function removeJob(backend: QueueBackend, ref: JobRef): Promise<void> {
  try {
    const queue = await backend.queue(ref.stage);
    await queue.remove(jobId({ task_id: ref.taskId, generation: ref.generation, dispatch: ref.dispatch }));
  } catch (error) {
    if (error instanceof QueueUnavailableError) throw error;
    throw new QueueUnavailableError(`the queue failed: ${String(error)}`, { cause: error });
  }
}
