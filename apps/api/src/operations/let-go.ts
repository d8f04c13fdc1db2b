import { inParallel } from '@ocrelay/batching';
import { abandonJob } from '@ocrelay/ocr';
import { removeJob } from '@ocrelay/queue';
import type { WorkLeft } from '@ocrelay/tasks';
import { type Logger, ocrJobAbandoned, staleJobStays } from '@ocrelay/telemetry';
import type { ApiContext } from '../context.ts';

/** A document may leave hundreds of pages behind. */
const AT_ONCE = 8;

/**
 * After tasks were taken from whoever had them: wakes them, takes their jobs from the queue, and tells the OCR service where that
 * can be told. The rows have decided already and none of this is needed for them, so all of it happens in the background, once,
 * and may fail.
 */
export function letGo(context: ApiContext, left: readonly WorkLeft[], log: Logger): void {
  for (const { taskId } of left) context.tell.taskTaken(taskId);
  void inParallel(left, AT_ONCE, (task) => letOneGo(context, task, log));
}

async function letOneGo(context: ApiContext, { taskId, job, ocrJob }: WorkLeft, log: Logger): Promise<void> {
  if (job !== null) await removeJob(context.backend, job).catch((error: unknown) => staleJobStays(log, taskId, error));
  if (ocrJob === null) return;
  ocrJobAbandoned(log, taskId, ocrJob.jobId, await abandonJob(context.ocr, ocrJob));
}
