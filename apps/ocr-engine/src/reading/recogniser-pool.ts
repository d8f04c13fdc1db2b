import { availableParallelism, totalmem } from 'node:os';
import { UnreadableImage } from '@ocrelay/picture';
import { Piscina } from 'piscina';
import type { Reading } from './page.ts';
import type { ReadAnswer, ReadOrder, ThreadWarning } from './recognise-thread.ts';

/** What one recogniser may need, bytes, the page in work included. */
const BYTES_EACH = 1024 ** 3;

/** The threads that read. */
export interface RecogniserPool {
  readonly threads: number;
  /** False once the models turned out not to load. */
  isAlive(): boolean;
  /**
   * Reads one image file.
   *
   * @throws UnreadableImage for what cannot be decoded; Error when the thread died
   */
  read(path: string): Promise<Reading>;
  stop(): Promise<void>;
}

/**
 * @param thread the compiled `recognise-thread`
 * @param threads by cores and memory when null
 * @param warn is told what failed in a thread without failing a page
 */
export function startRecognisers(
  thread: URL,
  threads: number | null,
  maxPixels: number,
  warn: (reason: string) => void,
): RecogniserPool {
  const count = threads ?? affordableThreads();
  const pool = new Piscina<ReadOrder, ReadAnswer>({
    filename: thread.href,
    minThreads: count,
    maxThreads: count,
    idleTimeout: Number.POSITIVE_INFINITY,
  });
  pool.on('error', () => undefined); // a thread that dies rejects its own reading, and that is where it is reported
  pool.on('message', ({ warning }: ThreadWarning) => warn(warning));
  let alive = true;
  pool.run({ kind: 'warm' }).catch(() => {
    alive = false;
  });
  return {
    threads: count,
    isAlive: () => alive,
    async read(path) {
      const answer = await pool.run({ kind: 'read', path, maxPixels });
      if (answer.kind === 'unreadable') throw new UnreadableImage(answer.message);
      if (answer.kind !== 'read') throw new TypeError(`a recogniser answered ${answer.kind}`);
      alive = true;
      return answer.reading;
    },
    stop: () => pool.destroy(),
  };
}

/** As many as there are cores, unless memory (of the container, where it has a limit) is too small for so many. */
function affordableThreads(): number {
  const limit = process.constrainedMemory();
  const bytes = limit > 0 && limit < totalmem() ? limit : totalmem();
  return Math.max(1, Math.min(availableParallelism(), Math.floor((bytes * 0.75) / BYTES_EACH)));
}
