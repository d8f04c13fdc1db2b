import type { ImageStore } from '@ocrelay/storage';
import type { Request, Response } from 'express';
import multer from 'multer';
import { type ImageEngine, imageEngine } from './image-engine.ts';
import { originalFilename } from './original-filename.ts';
import type { ReceivedImage } from './received-image.ts';
import { fileMissing, toUploadError } from './to-upload-error.ts';
import { uploadTimedOut } from './upload-error.ts';
import { tooLarge, type UploadLimits } from './write-upload.ts';

export interface ReceiveOptions extends UploadLimits {
  readonly store: ImageStore;
  /** From the first byte of the request to the row, in ms. */
  readonly uploadTimeoutMs: number;
}

/** Besides the file a form may have a few small fields, which are ignored. */
const LIMITS = {
  files: 1,
  fields: 20,
  fieldSize: 16 * 1024,
  parts: 21,
  headerPairs: 50,
  fieldNestingDepth: 1,
  fieldArrayIndexLimit: 20,
};
const LEFT = 'the client has left';
/** What boundaries, part headers and small fields may add to a file. */
const OVERHEAD_BYTES = 1024 * 1024;

/**
 * Takes the one image of a `multipart/form-data` request, field `file`.
 *
 * Resolves with an image that is complete and checked, and not yet committed: the caller commits or discards it. Rejects with an
 * UploadError, and then nothing of the upload is left in the store. The rest of a refused body is read and dropped meanwhile.
 */
export function receiveImage(options: ReceiveOptions): (req: Request, res: Response) => Promise<ReceivedImage> {
  return async (req, res) => {
    if (!req.is('multipart/form-data')) throw fileMissing();
    if (Number(req.headers['content-length']) > options.maxUploadBytes + OVERHEAD_BYTES)
      throw tooLarge(options.maxUploadBytes);
    // One that left before this began closes no more, and would be waited for until its time is up.
    if (res.closed) throw toUploadError(new Error(LEFT));
    const upload = new AbortController();
    const engine = imageEngine(options.store, options, upload.signal);
    const timer = setTimeout(() => {
      if (!res.headersSent) res.set('Connection', 'close'); // the rest of the body may never come
      upload.abort(uploadTimedOut(options.uploadTimeoutMs));
    }, options.uploadTimeoutMs);
    res.once('close', () => {
      clearTimeout(timer);
      if (engine.received() === null) upload.abort(new Error(LEFT));
    });
    try {
      await parse(engine, req, res, upload.signal);
      const image = engine.received();
      if (image === null) throw fileMissing();
      const { sentName, ...rest } = image;
      return { ...rest, originalFilename: originalFilename(sentName), signal: upload.signal };
    } catch (error) {
      const refused = toUploadError(error);
      upload.abort(refused);
      await engine.abandon(refused as Error);
      throw refused;
    }
  };
}

/**
 * Lets multer read the body. Settles on the first of: all is read, something failed, the signal. multer itself would first wait
 * for the end of a body that it has already refused.
 */
function parse(engine: ImageEngine, req: Request, res: Response, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      req.unpipe();
      req.resume();
      reject(signal.reason);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    const storage: multer.StorageEngine = {
      ...engine,
      _handleFile: (request, file, done) =>
        engine._handleFile(request, file, (error, info) => {
          if (error) reject(error);
          done(error, info);
        }),
    };
    // Names are cut to their last part by us: a file whose name is only folders is a file all the same.
    const read = multer({ storage, limits: LIMITS, preservePath: true, defParamCharset: 'utf8' }).single('file');
    read(req, res, (error: unknown) => {
      signal.removeEventListener('abort', onAbort);
      if (error) reject(error);
      else resolve();
    });
  });
}
