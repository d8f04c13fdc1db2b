import { availableParallelism, totalmem } from 'node:os';
import { UnreadableImage } from '@ocrelay/picture';
import { Piscina } from 'piscina';
import type { Reading } from './page.ts';
import type { ReadAnswer, ReadOrder, RecogniserData, ThreadWarning } from './recognise-thread.ts';

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
  /** Resolves when the threads have come to the end of what their models do just now, and have ended. */
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
  // ONNX Runtime 1.30 tells Microsoft about every process and model unless told not to, before it is loaded.
  process.env['ORT_DISABLE_TELEMETRY'] = '1';
  const count = threads ?? affordableThreads();
  const stopping = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const pool = new Piscina<ReadOrder, ReadAnswer>({
    filename: thread.href,
    workerData: { stopping } satisfies RecogniserData,
    minThreads: count,
    maxThreads: count,
    idleTimeout: Number.POSITIVE_INFINITY,
  });
  pool.on('error', () => undefined); // a thread that dies rejects its own reading, and that is where it is reported
  pool.on('message', ({ warning }: ThreadWarning) => warn(warning));
  const underWay = new Set<Promise<unknown>>();
  const run = (order: ReadOrder): Promise<ReadAnswer> => {
    const answering = pool.run(order).finally(() => underWay.delete(answering));
    underWay.add(answering);
    return answering;
  };
  let alive = true;
  run({ kind: 'warm' }).catch(() => {
    alive = false;
  });
  return {
    threads: count,
    isAlive: () => alive,
    async read(path) {
      const answer = await run({ kind: 'read', path, maxPixels });
      if (answer.kind === 'unreadable') throw new UnreadableImage(answer.message);
      if (answer.kind !== 'read') throw new TypeError(`a recogniser answered ${answer.kind}`);
      alive = true;
      return answer.reading;
    },
    async stop() {
      Atomics.store(stopping, 0, 1);
      await Promise.allSettled(underWay); // a thread that is ended while a model runs takes the whole process with it
      await pool.destroy();
    },
  };
}

/** As many as there are cores, unless memory (of the container, where it has a limit) is too small for so many. */
function affordableThreads(): number {
  const limit = process.constrainedMemory();
  const bytes = limit > 0 && limit < totalmem() ? limit : totalmem();
  return Math.max(1, Math.min(availableParallelism(), Math.floor((bytes * 0.75) / BYTES_EACH)));
}
