/** The thread's work: documents of raw results, and files of documents, off the event loop. */
import type { MessagePort } from 'node:worker_threads';
import { type Document, documentJson, leastCertain, packed, unpacked } from '@ocrelay/document';
import { ExportError, exportDocuments, type PageImage } from '@ocrelay/exports';
import { UnreadableImage } from '@ocrelay/picture';
import sharp from 'sharp';
import { type Cutting, cutOut, uprightPicture } from './picture.ts';
import type { DocumentOrder, FromThread, ThreadAnswer, ToThread } from './port-protocol.ts';

// As many pictures at a time as there are threads, and none kept: memory is the limit, not speed.
sharp.concurrency(1);
sharp.cache(false);

/** Bytes that may be on their way to where they are kept, which may be a disk. No reader is waited for. */
const AHEAD_BYTES = 4 * 1024 * 1024;

export default async function work(order: DocumentOrder): Promise<ThreadAnswer> {
  if (order.kind === 'derive') return packed(documentJson(order.readings));
  if (order.kind === 'least_certain') {
    const document = kept(order.document);
    const to_check = leastCertain(document, order.maxConfidence);
    return toJson({ document_version: document.document_version, to_check });
  }
  if (order.kind === 'page') {
    const { pages } = kept(order.document);
    return toJson({ pages: pages.length, page: pages.find(({ number }) => number === order.page) ?? null });
  }
  if (order.kind === 'picture') {
    try {
      return await pictureOf(order.image, order.cutting);
    } catch (error) {
      if (error instanceof UnreadableImage) return { kind: 'unreadable', message: error.message };
      throw error;
    }
  }
  await sendFile(order);
  return null;
}

async function pictureOf(image: Uint8Array, cutting: Cutting | null): Promise<PageImage> {
  return cutting === null ? uprightPicture(image) : { kind: 'png', bytes: await cutOut(image, cutting) };
}

/** The text of a page is there without a picture that is damaged; whatever else goes wrong is no reason to leave it out. */
function nullIfUnreadable(error: unknown): null {
  if (error instanceof UnreadableImage) return null;
  throw error;
}

function toJson(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

/** A document that was derived and kept by us: what it is need not be checked. */
function kept(document: Uint8Array): Document {
  return JSON.parse(new TextDecoder().decode(unpacked(document))) as Document;
}

async function sendFile({
  format,
  options,
  documents,
  port,
}: Extract<DocumentOrder, { kind: 'export' }>): Promise<void> {
  const send = (message: FromThread, moved: readonly ArrayBuffer[] = []) => port.postMessage(message, moved);
  const reader = listenTo(port);
  try {
    const sources = documents.map(({ name, document }, at) => ({
      name,
      document: kept(document),
      pageImage: async (page: number) => {
        send({ kind: 'picture_wanted', document: at, page });
        const stored = await reader.picture(at, page);
        return stored === null ? null : pictureOf(stored, null).catch(nullIfUnreadable);
      },
    }));
    const file = exportDocuments(format, sources, options);
    send({ kind: 'file', mediaType: file.mediaType, extension: file.extension });
    for await (const bytes of file.body) {
      if (reader.isGone()) return;
      const copy = bytes.slice(); // its memory is given away, and may be shared with what comes next
      send({ kind: 'bytes', bytes: copy }, [copy.buffer]);
      await reader.roomFor(copy.byteLength);
    }
    send({ kind: 'end' });
  } catch (error) {
    if (!(error instanceof ExportError)) throw error;
    send({ kind: 'refused', code: error.code, message: error.message });
  } finally {
    port.close();
  }
}

/** What comes back over the port: how much is kept, and pictures. */
function listenTo(port: MessagePort) {
  let onItsWay = 0;
  let gone = false;
  let wake = () => {};
  const wanted = new Map<string, (image: Uint8Array | null) => void>();
  port.on('message', (message: ToThread) => {
    if (message.kind === 'bytes_kept') onItsWay -= message.count;
    else wanted.get(`${message.document} ${message.page}`)?.(message.image);
    wake();
  });
  port.on('close', () => {
    gone = true;
    for (const answer of wanted.values()) answer(null);
    wake();
  });
  return {
    isGone: () => gone,
    async roomFor(bytes: number) {
      onItsWay += bytes;
      while (onItsWay > AHEAD_BYTES && !gone) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    picture: (document: number, page: number) =>
      new Promise<Uint8Array | null>((resolve) => {
        const key = `${document} ${page}`;
        wanted.set(key, (image) => {
          wanted.delete(key);
          resolve(image);
        });
        if (gone) resolve(null);
      }),
  };
}
