import { createTurns } from '@ocrelay/batching';
import { createLimitedThreads, TookTooMuchError } from '@ocrelay/limited-threads';
import type { Answer } from '@ocrelay/ocr';
import { type RawReading, readRaw } from './read-raw.ts';

/** Reads results without holding up the event loop. */
export interface ResultReader {
  read(raw: Buffer): Promise<Answer<RawReading>>;
}

/** What the thread is to read. */
export interface RawResult {
  readonly raw: Uint8Array;
  readonly token: string | null;
}

/** What reading one result may take; the time while others are read before it does not count. */
interface ReadLimits {
  readonly ms: number;
  readonly heapMb: number;
}

/** Up to here, parsing takes less time than handing it to a thread would save. */
const LARGE_BYTES = 1024 * 1024;
/** A result of some ten MiB takes a second or two; JSON in memory is some ten times as large. */
export const READ_LIMITS: ReadLimits = { ms: 120_000, heapMb: 2048 };

/**
 * Small results are parsed at once, large ones in a thread, which is started when the first comes. One that takes too
 * much of it is the service's bad answer: it ends the thread, and not the worker.
 */
export function createResultReader(thread: URL, token: string | null, limits = READ_LIMITS): ResultReader {
  const { ms, heapMb } = limits;
  const turns = createTurns([createLimitedThreads<RawResult, Answer<RawReading>>(thread, { threads: 1, heapMb })]);
  return {
    async read(raw) {
      if (raw.byteLength <= LARGE_BYTES) return readRaw(raw, token);
      const one = await turns.take(new AbortController().signal, () => true);
      try {
        return await one.run({ raw, token }, { ms });
      } catch (error) {
        if (!(error instanceof TookTooMuchError)) throw error;
        return tooMuch(error.of === 'time' ? `more than ${ms} ms` : `more than ${heapMb} MB`);
      } finally {
        turns.give(one);
      }
    },
  };
}

/** The fault of a result that takes too much to be read. */
export function tooMuch(what: string): Answer<never> {
  const message = `The OCR service's result takes ${what} to be read.`;
  return { ok: false, fault: { reaction: 'retry', code: 'ocr_bad_response', message } };
}
