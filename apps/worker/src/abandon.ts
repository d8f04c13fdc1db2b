import { abandonJob, type OcrJob } from '@ocrelay/ocr';
import { ocrJobAbandoned } from '@ocrelay/telemetry';
import type { WorkerContext } from './context.ts';

/** Tells the OCR service, in the background, that nobody waits for a task's job any more; whatever comes of it is only logged. */
export function abandon({ ocr, log }: Pick<WorkerContext, 'ocr' | 'log'>, taskId: string, job: OcrJob): void {
  void abandonJob(ocr, job).then((outcome) => ocrJobAbandoned(log, taskId, job.jobId, outcome));
}
