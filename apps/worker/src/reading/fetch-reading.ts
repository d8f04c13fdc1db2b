import type { Answer, OcrClient, OcrJob } from '@ocrelay/ocr';
import type { RawReading } from './read-raw.ts';

/** A result and what is derived from it. */
export type FetchedReading = RawReading & { readonly raw: Buffer };

/**
 * Fetches a result and reads it.
 * @param read raw OCR JSON → its derived parts.
 * @throws the signal's reason when it aborts.
 */
export async function fetchReading(
  ocr: Pick<OcrClient, 'getJobResult'>,
  read: (raw: Buffer) => Answer<RawReading> | Promise<Answer<RawReading>>,
  job: OcrJob,
  signal: AbortSignal,
): Promise<Answer<FetchedReading>> {
  const fetched = await ocr.getJobResult(job, signal);
  if (!fetched.ok) return fetched;
  const reading = await read(fetched.value);
  if (!reading.ok) return { ok: false, fault: { ...reading.fault, endpoint: job.endpoint } };
  return { ok: true, value: { raw: fetched.value, ...reading.value } };
}
