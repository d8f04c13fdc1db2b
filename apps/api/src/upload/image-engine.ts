import type { Readable } from 'node:stream';
import type { ImageStore, PendingImage } from '@ocrelay/storage';
import type { StorageEngine } from 'multer';
import { type InspectedImage, type UploadLimits, writeUpload } from './write-upload.ts';

/** Where one request's file goes. */
export interface ImageEngine extends StorageEngine {
  /** The file, once it is all there and checked. */
  received(): (InspectedImage & { readonly pending: PendingImage; readonly sentName: string }) | null;
  /** Reads no more and removes what was written; resolves when nothing is left. Ends with the store's error when that fails. */
  abandon(reason: Error): Promise<void>;
}

/**
 * A multer storage engine for the one file of one request. multer does not call `_removeFile` for a file in progress, so removing is
 * not left to it: whoever made the engine calls `abandon`, which waits for the work under way and then discards the file.
 * @param signal aborts when the upload ends before its time: then nobody waits for what is found in a document.
 */
export function imageEngine(store: ImageStore, limits: UploadLimits, signal: AbortSignal): ImageEngine {
  let stream: Readable | null = null;
  let pending: PendingImage | null = null;
  let received: ReturnType<ImageEngine['received']> = null;
  let work: Promise<unknown> = Promise.resolve();

  async function take(sentName: string, chunks: Readable): Promise<void> {
    const image = store.create();
    pending = image;
    const inspected = await writeUpload(chunks, image, limits, signal);
    received = { ...inspected, pending: image, sentName };
  }

  return {
    _handleFile(_req, file, done) {
      stream = file.stream;
      const taking = take(file.originalname, file.stream);
      work = taking.catch(() => undefined);
      taking.then(
        () => done(null, {}),
        (error: unknown) => {
          file.stream.destroy();
          done(error);
        },
      );
    },
    _removeFile(_req, _file, done) {
      done(null);
    },
    received: () => received,
    async abandon(reason) {
      if (received === null) stream?.destroy(reason);
      await work;
      await pending?.discard();
    },
  };
}
