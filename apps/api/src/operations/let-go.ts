import { abandonJob } from '@ocrelay/ocr';
import { removeJob } from '@ocrelay/queue';
import type { WorkLeft } from '@ocrelay/tasks';
import { type Logger, ocrJobAbandoned, staleJobStays } from '@ocrelay/telemetry';
import type { ApiContext } from '../context.ts';

/**
 * After a task was taken from whoever had it: wakes them, takes its job from the queue, and tells the OCR service where that
 * can be told. The row has decided already and none of this is needed for it, so all of it happens in the background, once,
 * and may fail.
 */
export function letGo(context: ApiContext, taskId: string, left: WorkLeft, log: Logger): void {
  context.tell.taskTaken(taskId);
  if (left.job !== null) {
    removeJob(context.backend, left.job).catch((error: unknown) => staleJobStays(log, taskId, error));
  }
  const { ocrJob } = left;
  if (ocrJob !== null) {
    void abandonJob(context.ocr, ocrJob).then((outcome) => ocrJobAbandoned(log, taskId, ocrJob.jobId, outcome));
  }
}
