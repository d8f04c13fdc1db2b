import { Piscina } from 'piscina';
import { fromFailure } from './failures.ts';
import type { PageAnswer, PageOrder } from './thread-protocol.ts';

/** One thread, and what it has open. */
export interface PageLane {
  /** Of the document that its thread may have open. */
  openKey: string | null;
  /**
   * Asks the thread, which is started when there is none. One call at a time.
   * @param tooMuch what is wrong with a document that takes longer than `ms`, or more memory than there is: the thread ends
   * @throws the failure that the thread answers; the signal's reason, and then the thread ends as well
   */
  ask(order: PageOrder, ms: number, signal: AbortSignal, tooMuch: (what: string) => Error): Promise<PageAnswer>;
  close(): Promise<void>;
}

/** What a thread has in memory, and what WebAssembly has been given, goes back when nobody has come for so long. */
const IDLE_MS = 30_000;

export function createPageLane(thread: URL, heapMb: number): PageLane {
  let pool: Piscina<PageOrder, PageAnswer> | null = null;
  const lane: PageLane = {
    openKey: null,
    async ask(order, ms, signal, tooMuch) {
      signal.throwIfAborted();
      pool ??= openPool(thread, heapMb);
      // Held by the timer: a signal made of others could be collected before it fires (Node 20).
      const stop = new AbortController();
      const timer = setTimeout(() => stop.abort(), ms);
      const onAbort = () => stop.abort();
      signal.addEventListener('abort', onAbort, { once: true });
      try {
        const answer = await pool.run(order, { signal: stop.signal });
        if (answer.kind === 'failed') throw fromFailure(answer.failure);
        return answer;
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        if (stop.signal.aborted) throw tooMuch(`takes longer than ${ms} ms`);
        throw (error as { code?: unknown }).code === 'ERR_WORKER_OUT_OF_MEMORY'
          ? tooMuch('needs too much memory')
          : error;
      } finally {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
      }
    },
    async close() {
      await pool?.destroy();
    },
  };
  return lane;
}

function openPool(thread: URL, heapMb: number): Piscina<PageOrder, PageAnswer> {
  const pool = new Piscina<PageOrder, PageAnswer>({
    filename: thread.href,
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: IDLE_MS,
    resourceLimits: { maxOldGenerationSizeMb: heapMb },
  });
  pool.on('error', () => undefined); // a thread that dies rejects its own order, and that is where it is reported
  return pool;
}
