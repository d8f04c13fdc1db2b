import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { KeptReading, Page } from '@ocrelay/document';
import { ExportError, type ExportFile, type ExportFormat, type PageImage } from '@ocrelay/exports';
import { Piscina } from 'piscina';
import { documentTooLarge, imageUnreadable, tooManyDocuments } from '../errors/catalogue.ts';
import type { Cutting } from './picture.ts';
import type { DocumentOrder, FromThread, NamedDocument, ThreadAnswer, ToThread } from './port-protocol.ts';

/** What one document, or one file, may take. */
export interface WorkshopLimits {
  readonly ms: number;
  readonly heapMb: number;
  /** At the same time. */
  readonly threads: number;
  /** That wait for a thread; more are refused. */
  readonly waiting: number;
}

const WORKSHOP_LIMITS: WorkshopLimits = { ms: 120_000, heapMb: 1024, threads: 2, waiting: 50 };

/** The stored image of a page of one of the documents, as it is; null where there is none. */
type ImageOf = (document: number, page: number) => Promise<Uint8Array | null>;

/** A file in the making, by a thread. */
export interface MadeFile extends ExportFile {
  /** Ends the making, also of a file that nobody has begun to read. Safe at any time. */
  drop(): Promise<void>;
}

interface PageOfDocument {
  /** How many pages the document has. */
  readonly pages: number;
  /** Null where it has none of that number. */
  readonly page: Page | null;
}

/** Makes documents and files in threads: what takes long holds up nobody else, and what takes too much ends its thread alone. */
export interface DocumentWorkshop {
  /** Readings → the document, JSON in UTF-8. @throws ApiError document_too_large, overloaded */
  derive(readings: readonly KeptReading[]): Promise<Buffer>;
  /** A stored image → the picture of its page, upright, or a piece of it as PNG. @throws ApiError image_corrupt, overloaded */
  picture(image: Uint8Array, cutting: Cutting | null): Promise<PageImage>;
  /** A document → what of it to check first, JSON in UTF-8. @throws ApiError document_too_large, overloaded */
  leastCertain(document: Uint8Array, maxConfidence: number): Promise<Buffer>;
  /** A document → one page of it, and how many there are. @throws ApiError document_too_large, overloaded */
  page(document: Uint8Array, page: number): Promise<PageOfDocument>;
  /**
   * The file of one format, made while it is read.
   * @throws ExportError when the options or the documents are such; ApiError document_too_large, overloaded
   */
  export(
    format: ExportFormat,
    options: Readonly<Record<string, unknown>>,
    documents: readonly NamedDocument[],
    imageOf: ImageOf,
  ): Promise<MadeFile>;
  close(): Promise<void>;
}

/** @param thread the compiled `document-thread`. It is started when it is first needed. */
export function createDocumentWorkshop(thread: URL, limits = WORKSHOP_LIMITS): DocumentWorkshop {
  let pool: Piscina<DocumentOrder, ThreadAnswer> | null = null;
  let underWay = 0;
  const run = async (order: DocumentOrder, transferList: MessagePort[] = []) => {
    // Counted here: the pool's own limit leaves out what can be aborted.
    if (underWay >= limits.threads + limits.waiting) throw tooManyDocuments();
    pool ??= openPool(thread, limits);
    const late = new AbortController();
    // The time counts while others are made before it, too: nobody waits for longer than that.
    const timer = setTimeout(() => late.abort(), limits.ms * (1 + Math.floor(underWay / limits.threads)));
    underWay += 1;
    try {
      return await pool.run(order, { signal: late.signal, transferList });
    } catch (error) {
      if (late.signal.aborted) throw documentTooLarge();
      throw (error as { code?: unknown }).code === 'ERR_WORKER_OUT_OF_MEMORY' ? documentTooLarge() : error;
    } finally {
      underWay -= 1;
      clearTimeout(timer);
    }
  };
  return {
    async derive(readings) {
      return asBytes(await run({ kind: 'derive', readings }));
    },
    async leastCertain(document, maxConfidence) {
      return asBytes(await run({ kind: 'least_certain', document, maxConfidence }));
    },
    async page(document, page) {
      return JSON.parse(asBytes(await run({ kind: 'page', document, page })).toString()) as PageOfDocument;
    },
    async picture(image, cutting) {
      const picture = await run({ kind: 'picture', image, cutting });
      if (picture === null || picture instanceof Uint8Array) throw new TypeError('the thread answered no picture');
      if (picture.kind === 'unreadable') throw imageUnreadable(picture.message);
      return picture;
    },
    async export(format, options, documents, imageOf) {
      const { port1, port2 } = new MessageChannel();
      const made = run({ kind: 'export', format, options, documents, port: port2 }, [port2]);
      const messages = receive(port1, made);
      return fileFrom(port1, messages, imageOf);
    },
    async close() {
      await pool?.destroy();
    },
  };
}

function openPool(thread: URL, { threads, heapMb }: WorkshopLimits): Piscina<DocumentOrder, ThreadAnswer> {
  const pool = new Piscina<DocumentOrder, ThreadAnswer>({
    filename: thread.href,
    minThreads: 0,
    maxThreads: threads,
    idleTimeout: 30_000,
    resourceLimits: { maxOldGenerationSizeMb: heapMb },
  });
  pool.on('error', () => undefined); // a thread that dies rejects its own order, and that is where it is reported
  return pool;
}

function asBytes(answer: ThreadAnswer): Buffer {
  if (!(answer instanceof Uint8Array)) throw new TypeError('the thread answered no bytes');
  return Buffer.from(answer.buffer, answer.byteOffset, answer.byteLength);
}

/** The thread's messages up to its last, or until somebody stops listening; throws what the thread died of. */
async function* receive(port: MessagePort, made: Promise<unknown>): AsyncGenerator<FromThread> {
  const arrived: FromThread[] = [];
  let death: unknown = null;
  let wake = () => {};
  port.on('message', (message: FromThread) => {
    arrived.push(message);
    wake();
  });
  // That the thread is done says nothing of what it sent: that may still be on its way.
  made.catch((error: unknown) => {
    death = error ?? new Error('the thread died');
    wake();
  });
  try {
    for (;;) {
      const next = arrived.shift();
      if (next === undefined) {
        if (death !== null) throw death;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      yield next;
      if (next.kind === 'end' || next.kind === 'refused') return;
    }
  } finally {
    port.close();
  }
}

async function fileFrom(port: MessagePort, messages: AsyncGenerator<FromThread>, imageOf: ImageOf): Promise<MadeFile> {
  const first = await messages.next();
  if (first.done === true) throw new Error('the thread ended without a word');
  if (first.value.kind === 'refused') {
    await messages.return(undefined);
    throw new ExportError(first.value.code, first.value.message);
  }
  if (first.value.kind !== 'file') throw new TypeError(`a file began with ${first.value.kind}`);
  const { mediaType, extension } = first.value;
  const drop = async () => void (await messages.return(undefined));
  return { mediaType, extension, body: bytesOf(port, messages, imageOf), drop };
}

async function* bytesOf(
  port: MessagePort,
  messages: AsyncGenerator<FromThread>,
  imageOf: ImageOf,
): AsyncGenerator<Uint8Array> {
  const answer = (message: ToThread) => port.postMessage(message);
  let isWhole = false;
  for await (const message of messages) {
    if (message.kind === 'picture_wanted') {
      const { document, page } = message;
      answer({ kind: 'picture', document, page, image: await imageOf(document, page) });
    }
    if (message.kind === 'bytes') {
      yield message.bytes;
      answer({ kind: 'bytes_taken', count: message.bytes.byteLength });
    }
    if (message.kind === 'end') isWhole = true;
  }
  if (!isWhole) throw new Error('the thread ended before the file did');
}
