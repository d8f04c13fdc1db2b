import type { OcrClient, OcrJob } from './client.ts';

/**
 * Tells the service, where it can be told, that nobody waits for a job any more. Nothing depends on it, so whatever comes
 * of it is only said; it is cut short by nobody, since the call has time limits of its own. Never throws.
 * @returns what came of it, in words for the log.
 */
export function abandonJob(ocr: Pick<OcrClient, 'cancelJob'>, job: OcrJob): Promise<string> {
  return ocr.cancelJob(job, new AbortController().signal).then(
    (answer) => (answer.ok ? answer.value : answer.fault.message),
    (error: unknown) => String(error),
  );
}
