import type { Answer, OcrJob, OcrOptions } from '@ocrelay/ocr';
import { afterDeath } from './after-death.ts';
import type { FetchedReading } from './fetch-reading.ts';
import { createLoneProcess, type LoneObserver } from './lone-process.ts';
import { READ_LIMITS, tooMuch } from './result-reader.ts';

/** Reads the results of suspect tasks: those that a worker had in hand when it died. */
export interface LoneReader {
  /**
   * Fetches and reads one result in a process of its own, after those before it. What the death of that process says is decided
   * by `afterDeath`.
   * @param signal when it aborts the process is ended, and this throws its reason.
   */
  read(job: OcrJob, signal: AbortSignal, observer?: LoneObserver): Promise<Answer<FetchedReading>>;
}

/** What the process is to read. */
export interface ReadOrder {
  readonly ocr: OcrOptions;
  readonly job: OcrJob;
}

/**
 * @param program where the process's program was built to.
 * @param ocr how the process reaches the OCR service.
 */
export function createLoneReader(program: URL, ocr: OcrOptions, limits = READ_LIMITS): LoneReader {
  // The OCR client gives a fetch up by itself, so only what comes after it is ours to limit.
  const fetchMs = ocr.connectTimeoutMs + 2 * ocr.requestTimeoutMs;
  const alone = createLoneProcess<ReadOrder, Answer<FetchedReading>>(program, {
    heapMb: limits.heapMb,
    ms: fetchMs + limits.ms,
  });
  return {
    async read(job, signal, observer) {
      const end = await alone.run({ ocr, job }, signal, observer);
      if (end.kind === 'done') return end.value;
      if (end.kind === 'late') return tooMuch(`more than ${limits.ms} ms`);
      return { ok: false, fault: afterDeath(end.death, 'result') };
    },
  };
}
