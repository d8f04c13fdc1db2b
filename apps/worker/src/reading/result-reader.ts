import { fileURLToPath } from 'node:url';
import type { Answer } from '@ocrelay/ocr';
import { Piscina } from 'piscina';
import { type RawReading, readRaw } from './read-raw.ts';

/** Reads results without holding up the event loop. */
export interface ResultReader {
  read(raw: Buffer): Promise<Answer<RawReading>>;
}

/** What reading one result may take. */
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
  let pool: Piscina | null = null;
  return {
    async read(raw) {
      if (raw.byteLength <= LARGE_BYTES) return readRaw(raw, token);
      pool ??= openPool(thread, limits.heapMb);
      return readInThread(pool, { raw, token }, limits);
    },
  };
}

function openPool(thread: URL, heapMb: number): Piscina {
  const pool = new Piscina({
    filename: fileURLToPath(thread),
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: 30_000,
    resourceLimits: { maxOldGenerationSizeMb: heapMb },
  });
  pool.on('error', () => undefined); // a thread that dies rejects its own result, and that is where it is reported
  return pool;
}

/** The time counts from the start of the reading, not while others are read before it. */
async function readInThread(
  pool: Piscina,
  task: { raw: Buffer; token: string | null },
  limits: ReadLimits,
): Promise<Answer<RawReading>> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), limits.ms * (pool.queueSize + 1));
  try {
    return await pool.run(task, { signal: late.signal });
  } catch (error) {
    if (late.signal.aborted) return tooMuch(`more than ${limits.ms} ms`);
    if ((error as { code?: unknown }).code === 'ERR_WORKER_OUT_OF_MEMORY')
      return tooMuch(`more than ${limits.heapMb} MB`);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** The fault of a result that takes too much to be read. */
export function tooMuch(what: string): Answer<never> {
  const message = `The OCR service's result takes ${what} to be read.`;
  return { ok: false, fault: { reaction: 'retry', code: 'ocr_bad_response', message } };
}
