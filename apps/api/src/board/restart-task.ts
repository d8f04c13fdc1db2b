import type { JobData } from '@ocrelay/contracts';
import { start } from '@ocrelay/tasks';
import { taskStarted } from '@ocrelay/telemetry';
import type { ApiContext } from '../context.ts';
import { alreadyDone, documentCancelled, stillInProgress, taskNotFound } from '../errors/catalogue.ts';
import { addJob } from '../intake/add-job.ts';

/**
 * Starts the task of a job again, in a new run, exactly as the API's own start does.
 * @param options.unlessUnderWay a task that is in progress, done or gone is left alone without an error.
 * @throws ApiError invalid_state, task_not_found
 */
export async function restartTask(
  context: ApiContext,
  job: JobData,
  options = { unlessUnderWay: false },
): Promise<void> {
  const outcome = await start(context.database.db, job.task_id, context.config.taskDeadlineMs);
  if (outcome.kind === 'started') {
    taskStarted(context.log, job.task_id, outcome.job.generation);
    await addJob(context, outcome.job, context.log);
    return;
  }
  if (options.unlessUnderWay) return;
  if (outcome.kind === 'document_cancelled') throw documentCancelled(job.task_id, outcome.documentId);
  if (outcome.kind === 'in_progress') throw stillInProgress(job.task_id);
  throw outcome.kind === 'already_done' ? alreadyDone(job.task_id) : taskNotFound(job.task_id);
}
