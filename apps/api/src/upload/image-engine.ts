import type { Readable } from 'node:stream';
import type { ImageStore, PendingImage } from '@ocrelay/storage';
import type { StorageEngine } from 'multer';
import { type InspectedImage, type UploadLimits, writeUpload } from './write-upload.ts';

/** Where one request's file goes. */
export interface ImageEngine extends StorageEngine {
  /** The file, once it is all there and checked. */
  received(): (InspectedImage & { readonly pending: PendingImage; readonly sentName: string }) | null;
  /** Stops looking into a document, if that is under way: nobody waits for it any more. */
  stopInspecting(reason: Error): void;
  /** Stops what is under way and removes what was written; resolves when nothing is left. Ends with the store's error when that fails. */
  abandon(reason: Error): Promise<void>;
}

/**
 * A multer storage engine for the one file of one request. multer does not call `_removeFile` for a file in progress, so removing is
 * not left to it: whoever made the engine calls `abandon`, which waits for the work under way and then discards the file.
 */
export function imageEngine(store: ImageStore, limits: UploadLimits): ImageEngine {
  let stream: Readable | null = null;
  let pending: PendingImage | null = null;
  let received: ReturnType<ImageEngine['received']> = null;
  let work: Promise<unknown> = Promise.resolve();
  const inspecting = new AbortController();

  async function take(sentName: string, chunks: Readable): Promise<void> {
    const image = store.create();
    pending = image;
    const inspected = await writeUpload(chunks, image, limits, inspecting.signal);
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
    stopInspecting: (reason) => inspecting.abort(reason),
    async abandon(reason) {
      if (received === null) stream?.destroy(reason);
      inspecting.abort(reason);
      await work;
      await pending?.discard();
    },
  };
}
