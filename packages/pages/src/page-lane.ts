import { createLimitedThreads, TookTooMuchError } from '@ocrelay/limited-threads';
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

export function createPageLane(thread: URL, heapMb: number): PageLane {
  const threads = createLimitedThreads<PageOrder, PageAnswer>(thread, { threads: 1, heapMb });
  return {
    openKey: null,
    async ask(order, ms, signal, tooMuch) {
      const answer = await threads.run(order, { ms, signal }).catch((error: unknown) => {
        if (!(error instanceof TookTooMuchError)) throw error;
        throw tooMuch(error.of === 'time' ? `takes longer than ${ms} ms` : 'needs too much memory');
      });
      if (answer.kind === 'failed') throw fromFailure(answer.failure);
      return answer;
    },
    close: threads.close,
  };
}
