import type { MessagePort } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { TookTooMuchError } from './took-too-much-error.ts';

/** How an order is worked on. */
interface OrderOptions {
  /** What it may take, from now on. */
  readonly ms: number;
  /** Of the one who wants it: the thread ends when it aborts. */
  readonly signal?: AbortSignal;
  /** Goes over to the thread with the order. */
  readonly transferList?: readonly MessagePort[];
}

/** Threads that work on an order each, and end when it takes too much. */
export interface LimitedThreads<Order, Answer> {
  /**
   * Asks a thread, which is started when there is none. At most as many orders at a time as there are threads: the time of one that
   * waited for another would pass meanwhile.
   * @throws TookTooMuchError, and the signal's reason: the thread ends; what it throws: it lives
   */
  run(order: Order, options: OrderOptions): Promise<Answer>;
  /** Ends the threads; what is under way, and whoever comes, is rejected. */
  close(): Promise<void>;
}

/** What a thread has in memory, and what WebAssembly has been given, goes back when nobody has come for so long. */
const IDLE_MS = 30_000;

/**
 * @param file compiled; its default export is the work
 * @param limits `heapMb`: JavaScript's memory of each thread; that of WebAssembly, and of native code, is not in it
 */
export function createLimitedThreads<Order, Answer>(
  file: URL,
  { threads, heapMb }: { readonly threads: number; readonly heapMb: number },
): LimitedThreads<Order, Answer> {
  const pool = new Piscina<Order, Answer>({
    filename: file.href,
    minThreads: 0,
    maxThreads: threads,
    idleTimeout: IDLE_MS,
    resourceLimits: { maxOldGenerationSizeMb: heapMb },
    recordTiming: false,
  });
  pool.on('error', () => undefined); // a thread that dies rejects its own order, and that is where it is reported
  let isClosed = false;
  return {
    async run(order, { ms, signal, transferList = [] }) {
      if (isClosed) throw new Error('the threads are closed'); // a pool that was destroyed would start one anew
      signal?.throwIfAborted();
      // A timer of our own: what AbortSignal.any and AbortSignal.timeout give can be garbage-collected on Node 20 and never fire.
      const ending = new AbortController();
      const timer = setTimeout(() => ending.abort(new TookTooMuchError('time', `${ms / 1000} s`)), ms);
      const stop = () => ending.abort(signal?.reason);
      signal?.addEventListener('abort', stop, { once: true });
      try {
        return await pool.run(order, { signal: ending.signal, transferList: [...transferList] });
      } catch (error) {
        if (ending.signal.aborted) throw ending.signal.reason;
        if ((error as { code?: unknown }).code !== 'ERR_WORKER_OUT_OF_MEMORY') throw error;
        throw new TookTooMuchError('memory', `${heapMb} MB of memory`);
      } finally {
        clearTimeout(timer);
        signal?.removeEventListener('abort', stop);
      }
    },
    async close() {
      isClosed = true;
      await pool.destroy();
    },
  };
}
