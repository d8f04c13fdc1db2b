import type { DueJob } from '@ocrelay/tasks';
import { jobNotAdded, jobsNotAdded, type Logger } from '@ocrelay/telemetry';
import type { ApiContext } from '../context.ts';

/** Adds a task's job, within about a second. When the queue is away that is no failure: the row says that it is due. */
export async function addJob({ queues }: Pick<ApiContext, 'queues'>, job: DueJob, log: Logger): Promise<void> {
  try {
    await queues.add(job);
  } catch (error) {
    jobNotAdded(log, job.taskId, error);
  }
}

/** As {@link addJob}, for several at once. @returns whether the queue took them */
export async function addJobs(
  { queues }: Pick<ApiContext, 'queues'>,
  jobs: readonly DueJob[],
  log: Logger,
): Promise<boolean> {
  try {
    await queues.addBulk(jobs);
    return true;
  } catch (error) {
    jobsNotAdded(log, jobs.length, error);
    return false;
  }
}
