/**
 * Reads documents in threads: what takes long holds up nobody else, and what takes too much ends its thread alone.
 *
 * Each thread has at most one document in memory. Whoever waits for a thread has loaded nothing yet: a hundred callers cost as
 * much memory as there are threads. A thread keeps the document that it read last, so that page after page of one document is
 * read without loading it again; it may be gone all the same, and then it is loaded again.
 */
import { createTurns } from '@ocrelay/batching';
import { DocumentCorrupt, PageUnreadable } from './errors.ts';
import { createPageLane, type PageLane } from './page-lane.ts';
import type { DocumentType, RenderOptions } from './pages.ts';
import { type Inspected, type PageOrder, type ReadPage, toReadPage } from './thread-protocol.ts';

/** What reading may take. */
export interface PageReaderLimits {
  /** Documents that are read at the same time. */
  readonly threads: number;
  /** To open a document, ms. */
  readonly openMs: number;
  /** To read one page, ms. */
  readonly pageMs: number;
  /** To read the own text of all pages, ms. */
  readonly textsMs: number;
  /** JavaScript's memory of a thread, MB; that of WebAssembly has a limit of its own. */
  readonly heapMb: number;
}

const LIMITS: PageReaderLimits = { threads: 1, openMs: 30_000, pageMs: 60_000, textsMs: 60_000, heapMb: 512 };

/** Where a document's bytes come from. */
export interface PageSource {
  readonly contentType: DocumentType;
  /** Called when it is the document's turn, if at all. What it throws, the caller gets. */
  load(): Promise<Uint8Array>;
}

export interface PageReader {
  /**
   * How many pages a document has, and how large the first one is at `dpi`, pixels.
   * @throws DocumentEncrypted, DocumentCorrupt; the signal's reason
   */
  inspect(source: PageSource, dpi: number, signal: AbortSignal): Promise<Inspected>;
  /**
   * The picture of a page, counted from 1, and the text that the file itself has for it.
   * @param source `key` names these very bytes, for ever
   * @throws PageTooLarge, PageUnreadable, DocumentEncrypted, DocumentCorrupt; the signal's reason
   */
  render(
    source: PageSource & { readonly key: string },
    page: number,
    options: RenderOptions,
    signal: AbortSignal,
  ): Promise<ReadPage>;
  /**
   * The text that the file itself has for each of its pages, in their order; null where it has none, or the page is damaged. Of a
   * document with more than some millions of characters, only the first pages'.
   * @throws DocumentEncrypted, DocumentCorrupt; the signal's reason
   */
  texts(source: PageSource, signal: AbortSignal): Promise<ReadonlyArray<string | null>>;
  /** Ends the threads; what is under way or waits is rejected. */
  close(): Promise<void>;
}

/** @param thread the compiled file whose default export is `workOnPages`. Threads are started when they are first needed. */
export function createPageReader(thread: URL, limits: Partial<PageReaderLimits> = {}): PageReader {
  const { threads, openMs, pageMs, textsMs, heapMb } = { ...LIMITS, ...limits };
  const lanes = Array.from({ length: threads }, () => createPageLane(thread, heapMb));
  const turns = createTurns(lanes);
  let isClosed = false;

  const onTurn = async <T>(signal: AbortSignal, key: string | null, work: (lane: PageLane) => Promise<T>) => {
    const lane = await turns.take(signal, ({ openKey }) => openKey === key);
    try {
      if (isClosed) throw new Error('the reader of pages is closed');
      return await work(lane);
    } finally {
      turns.give(lane);
    }
  };
  /** Asks about a document that is not kept open. */
  const askOnce = (source: PageSource, order: (bytes: Uint8Array) => PageOrder, ms: number, signal: AbortSignal) =>
    onTurn(signal, null, async (lane) => {
      lane.openKey = null;
      return lane.ask(order(await unlessAborted(source.load(), signal)), ms, signal, corrupt);
    });
  return {
    async inspect(source, dpi, signal) {
      const order = (bytes: Uint8Array) => ({ kind: 'inspect', bytes, contentType: source.contentType, dpi }) as const;
      const answer = await askOnce(source, order, openMs, signal);
      if (answer.kind !== 'inspected') throw new TypeError(`a document's inspection was answered ${answer.kind}`);
      const { kind: _, ...inspected } = answer;
      return inspected;
    },
    async texts(source, signal) {
      const order = (bytes: Uint8Array) => ({ kind: 'texts', bytes, contentType: source.contentType }) as const;
      const answer = await askOnce(source, order, textsMs, signal);
      if (answer.kind !== 'texts') throw new TypeError(`a document's texts were answered ${answer.kind}`);
      return answer.texts;
    },
    render: (source, page, options, signal) =>
      onTurn(signal, source.key, async (lane) => {
        const { key, contentType } = source;
        const read = () => lane.ask({ kind: 'read', key, page, options }, pageMs, signal, unreadable);
        let answer = lane.openKey === key ? await read() : null;
        if (answer === null || answer.kind === 'not_open') {
          lane.openKey = null;
          const bytes = await unlessAborted(source.load(), signal);
          await lane.ask({ kind: 'open', key, bytes, contentType }, openMs, signal, corrupt);
          lane.openKey = key;
          answer = await read();
        }
        return toReadPage(answer);
      }),
    async close() {
      isClosed = true;
      await Promise.all(lanes.map((lane) => lane.close()));
    },
  };
}

const corrupt = (what: string) => new DocumentCorrupt(`The document ${what} to be opened.`);
const unreadable = (what: string) => new PageUnreadable(`The page ${what} to be read.`);

/** The work's outcome, or the signal's reason as soon as it aborts; the work itself goes on. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let onAbort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    signal.throwIfAborted();
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
    work.catch(() => {}); // nobody waits for it any more
  }
}
