import type { OcrJob } from '@ocrelay/ocr';
import { ocrJobAbandoned } from '@ocrelay/telemetry';
import type { WorkerContext } from '../context.ts';

/**
 * A job that the service took for a task that is no longer ours (cancelled, deleted, taken over) is one that nobody will ask
 * for: the service is told, where it can be, in the background.
 */
export function abandonOcrJob({ ocr, log }: WorkerContext, taskId: string, job: OcrJob): void {
  void ocr.cancelJob(job, new AbortController().signal).then(
    (answer) => ocrJobAbandoned(log, taskId, job.jobId, answer.ok ? answer.value : answer.fault.message),
    (error: unknown) => ocrJobAbandoned(log, taskId, job.jobId, String(error)),
  );
}
