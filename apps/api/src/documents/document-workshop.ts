import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { createTurns } from '@ocrelay/batching';
import { DERIVE_LIMITS, type KeptReading, type Page } from '@ocrelay/document';
import type { ExportFile, ExportFormat, PageImage } from '@ocrelay/exports';
import { createLimitedThreads, TookTooMuchError } from '@ocrelay/limited-threads';
import { documentTooLarge, imageUnreadable, tooManyDocuments } from '../errors/catalogue.ts';
import type { Cutting } from './picture.ts';
import type { DocumentOrder, NamedDocument, ThreadAnswer } from './port-protocol.ts';
import { createSpools, type SpoolLimits } from './spool.ts';
import { type ImageOf, takeFile } from './take-file.ts';

/** What one document, or one file, may take. */
export interface WorkshopLimits {
  /** Of a thread's time: neither the wait for it counts nor, of a file, how long it takes to be read. */
  readonly ms: number;
  readonly heapMb: number;
  /** At the same time. */
  readonly threads: number;
  /** That wait for a thread; more are refused. */
  readonly waiting: number;
  /** Of one file. */
  readonly fileBytes: number;
  /** Files in the making, or waiting for their readers; more are refused. */
  readonly files: number;
  /** Of what is made and not read yet. */
  readonly spool: SpoolLimits;
}

const MIB = 1024 * 1024;
const WORKSHOP_LIMITS: WorkshopLimits = {
  ...DERIVE_LIMITS,
  threads: 2,
  waiting: 50,
  fileBytes: 2048 * MIB,
  files: 200,
  spool: { memoryBytes: MIB, diskBytes: 8192 * MIB },
};

/** A file in the making, by a thread that waits for no reader. */
export interface MadeFile extends ExportFile {
  /** Its size, once all of it is made, whether or not anybody reads it. @throws what the body throws */
  readonly whole: Promise<number>;
  /** Ends the making and forgets what was made, read or not. Safe at any time, and needed in the end. */
  drop(): Promise<void>;
}

interface PageOfDocument {
  /** How many pages the document has. */
  readonly pages: number;
  /** Null where it has none of that number. */
  readonly page: Page | null;
}

/**
 * Makes documents and files in threads: what takes long holds up nobody else, and what takes too much ends its thread alone.
 * Documents are packed.
 */
export interface DocumentWorkshop {
  /** Readings → the document, packed. @throws ApiError document_too_large, overloaded */
  derive(readings: readonly KeptReading[]): Promise<Buffer>;
  /** A stored image → the picture of its page, upright, or a piece of it as PNG. @throws ApiError image_corrupt, overloaded */
  picture(image: Uint8Array, cutting: Cutting | null): Promise<PageImage>;
  /** A document → what of it to check first, JSON in UTF-8. @throws ApiError document_too_large, overloaded */
  leastCertain(document: Uint8Array, maxConfidence: number): Promise<Buffer>;
  /** A document → one page of it, and how many there are. @throws ApiError document_too_large, overloaded */
  page(document: Uint8Array, page: number): Promise<PageOfDocument>;
  /**
   * The file of one format, in the making.
   * @param signal of the one who wants it: its turn is not waited for any longer
   * @throws ExportError when the options or the documents are such; ApiError document_too_large, overloaded; the signal's reason
   */
  export(
    format: ExportFormat,
    options: Readonly<Record<string, unknown>>,
    documents: readonly NamedDocument[],
    imageOf: ImageOf,
    signal: AbortSignal,
  ): Promise<MadeFile>;
  close(): Promise<void>;
}

/** @param thread the compiled `document-thread`. It is started when it is first needed. */
export function createDocumentWorkshop(thread: URL, limits = WORKSHOP_LIMITS): DocumentWorkshop {
  const turns = createTurns(Array.from({ length: limits.threads }, (_, at) => at));
  const openSpool = createSpools(limits.spool);
  const threads = createLimitedThreads<DocumentOrder, ThreadAnswer>(thread, limits);
  let underWay = 0;
  let files = 0;
  const run = async (order: DocumentOrder, transferList: MessagePort[] = [], signal = new AbortController().signal) => {
    if (underWay >= limits.threads + limits.waiting) throw tooManyDocuments();
    underWay += 1;
    try {
      const turn = await turns.take(signal, () => true);
      try {
        // Without the signal: a thread that makes a file for nobody finds its port closed, and lives.
        return await threads.run(order, { ms: limits.ms, transferList });
      } finally {
        turns.give(turn);
      }
    } catch (error) {
      throw error instanceof TookTooMuchError ? documentTooLarge() : error;
    } finally {
      underWay -= 1;
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
    async export(format, options, documents, imageOf, signal) {
      if (files >= limits.files) throw tooManyDocuments();
      files += 1;
      const { port1, port2 } = new MessageChannel();
      const stop = new AbortController();
      const spool = openSpool();
      const drop = async () => {
        if (stop.signal.aborted) return;
        stop.abort();
        files -= 1;
        port1.close();
        await spool.drop();
      };
      try {
        const made = run({ kind: 'export', format, options, documents, port: port2 }, [port2], signal);
        const taken = await takeFile(port1, made, imageOf, spool, limits.fileBytes, stop.signal);
        return { ...taken, body: spool.read(), drop };
      } catch (error) {
        await drop();
        throw error;
      }
    },
    close: threads.close,
  };
}

function asBytes(answer: ThreadAnswer): Buffer {
  if (!(answer instanceof Uint8Array)) throw new TypeError('the thread answered no bytes');
  return Buffer.from(answer.buffer, answer.byteOffset, answer.byteLength);
}
