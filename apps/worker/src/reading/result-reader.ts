import { fileURLToPath } from 'node:url';
import type { Answer } from '@ocrelay/ocr';
import { Piscina } from 'piscina';
import { type RawReading, readRaw } from './read-raw.ts';

/** Reads results without holding up the event loop. */
export interface ResultReader {
  read(raw: Buffer): Promise<Answer<RawReading>>;
}

/** Up to here, parsing takes less time than handing it to a thread would save. */
const LARGE_BYTES = 1024 * 1024;

/** Small results are parsed at once, large ones in a thread, which is started when the first comes. */
export function createResultReader(thread: URL, token: string | null): ResultReader {
  let pool: Piscina | null = null;
  return {
    async read(raw) {
      if (raw.byteLength <= LARGE_BYTES) return readRaw(raw, token);
      pool ??= new Piscina({ filename: fileURLToPath(thread), minThreads: 0, maxThreads: 1, idleTimeout: 30_000 });
      return pool.run({ raw, token });
    },
  };
}
