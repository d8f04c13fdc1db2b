import { anyToRetry, BEFORE_ALL, type DueJob, type RetryFilter, retryBatch } from '@ocrelay/tasks';
import type { Logger } from '@ocrelay/telemetry';
import type { ApiContext } from '../context.ts';
import { addJobs } from '../intake/add-job.ts';

/** Tasks that one statement looks at, and so moves at most. */
const PAGE_SIZE = 500;

export interface RetriedMany {
  readonly count: number;
  /** Others that fit were left. */
  readonly more: boolean;
}

/**
 * Retries up to `limit` tasks that fit, batch by batch. Ends early, and says that there is more, when `signal` aborts
 * (the client has left, the server stops): what was retried until then stays so.
 */
export async function retryMany(
  context: ApiContext,
  filter: RetryFilter,
  limit: number,
  signal: AbortSignal,
  log: Logger,
): Promise<RetriedMany> {
  const { database, config } = context;
  const add = adderOf(context, log);
  let count = 0;
  let after = BEFORE_ALL;
  while (count < limit) {
    if (signal.aborted) return { count, more: true };
    const step = { after, pageSize: PAGE_SIZE, limit: limit - count, deadlineMs: config.taskDeadlineMs };
    const { jobs, nextAfter } = await retryBatch(database.db, filter, step);
    count += jobs.length;
    await add(jobs);
    if (count >= limit) break;
    if (nextAfter === null) return { count, more: false };
    after = nextAfter;
  }
  return { count, more: await anyToRetry(database.db, filter, after) };
}

/** A queue that did not take one batch is not asked for the next ones: their rows say that they are due. */
function adderOf(context: ApiContext, log: Logger): (jobs: readonly DueJob[]) => Promise<void> {
  let isAway = false;
  return async (jobs) => {
    if (isAway || jobs.length === 0) return;
    isAway = !(await addJobs(context, jobs, log));
  };
}
