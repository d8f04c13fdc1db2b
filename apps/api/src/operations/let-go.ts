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
  if (left.ocrJob !== null) void abandon(context, taskId, left.ocrJob, log);
}

async function abandon(
  { ocr }: ApiContext,
  taskId: string,
  job: NonNullable<WorkLeft['ocrJob']>,
  log: Logger,
): Promise<void> {
  // Not cut short by the client that asked; each call has time limits of its own.
  const outcome = await ocr.cancelJob(job, new AbortController().signal).then(
    (answer) => (answer.ok ? answer.value : answer.fault.message),
    (error: unknown) => String(error),
  );
  ocrJobAbandoned(log, taskId, job.jobId, outcome);
}
