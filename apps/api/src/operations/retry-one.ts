import { retry } from '@ocrelay/tasks';
import { type Logger, taskRetried } from '@ocrelay/telemetry';
import type { ApiContext } from '../context.ts';
import { documentCancelled, nothingToRetry, taskNotFound } from '../errors/catalogue.ts';
import { addJobs } from '../intake/add-job.ts';

/**
 * Queues a task, a page of a document, or those of its pages that were not read again in a new run, and waits for nobody.
 * @returns what is to be said of it.
 * @throws ApiError task_not_found; invalid_state when there is nothing to retry
 */
export async function retryOne(
  context: ApiContext,
  taskId: string,
  log: Logger,
): Promise<'retried' | 'retryInProgress'> {
  const outcome = await retry(context.database.db, taskId, context.config.taskDeadlineMs);
  switch (outcome.kind) {
    case 'not_found':
      throw taskNotFound(taskId);
    case 'document_cancelled':
      throw documentCancelled(taskId, outcome.documentId);
    case 'nothing_to_retry':
      throw nothingToRetry(taskId, outcome.status);
    case 'in_progress':
      return 'retryInProgress';
    case 'retried':
      for (const job of outcome.jobs) taskRetried(log, job.taskId, job.generation);
      await addJobs(context, outcome.jobs, log);
      return 'retried';
  }
}
