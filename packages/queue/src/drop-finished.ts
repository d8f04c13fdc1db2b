import { STAGES, type Stage } from '@ocrelay/contracts';
import type { Queue } from 'bullmq';
import { FAILED_KEPT } from './backend.ts';

/** Completed jobs are of interest while one looks at the queues; they gather fast. */
const COMPLETED_KEPT_MS = 60_000;

/** What `clean` takes for all that there is; it does ten thousand in a statement. */
const NO_LIMIT = 0;

/** Removes what is old in each queue, whatever becomes of the others. @throws the first error, when all have been tried. */
export async function dropFinished(queueOf: (stage: Stage) => Promise<Queue>): Promise<void> {
  let failure: unknown = null;
  for (const stage of STAGES) {
    try {
      const queue = await queueOf(stage);
      await queue.clean(COMPLETED_KEPT_MS, NO_LIMIT, 'completed');
      await queue.clean(await failedKeptMs(queue), NO_LIMIT, 'failed');
    } catch (error) {
      failure ??= error;
    }
  }
  if (failure !== null) throw failure;
}

/** How old a failed job may get so that no more stay than shall, ms. */
async function failedKeptMs(queue: Queue): Promise<number> {
  const [oneTooMany] = await queue.getFailed(FAILED_KEPT.count, FAILED_KEPT.count);
  const finishedAt = oneTooMany?.finishedOn ?? 0;
  return Math.min(FAILED_KEPT.age * 1_000, Date.now() - finishedAt);
}
