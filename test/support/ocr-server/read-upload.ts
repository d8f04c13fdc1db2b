import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import multer from 'multer';

export interface Upload {
  readonly filename: string;
  readonly contentType: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** Hashes what comes and keeps nothing. */
const hashing: multer.StorageEngine = {
  _handleFile(_req, { stream }, done) {
    const hash = createHash('sha256');
    let size = 0;
    stream.on('data', (chunk: Buffer) => {
      size += chunk.length;
      hash.update(chunk);
    });
    stream.on('error', done);
    stream.on('end', () => done(null, { size, filename: hash.digest('hex') }));
  },
  _removeFile: (_req, _file, done) => done(null),
};
const parse = multer({ storage: hashing, defParamCharset: 'utf8' }).single('file');

/** The one part named `file`; null when there is none, or the body is not multipart. */
export function readUpload(req: IncomingMessage, res: ServerResponse): Promise<Upload | null> {
  return new Promise((resolve) => {
    parse(req as Parameters<typeof parse>[0], res as Parameters<typeof parse>[1], (error: unknown) => {
      const { file } = req as { file?: Express.Multer.File };
      if (error !== undefined || file === undefined) return resolve(null);
      resolve({
        filename: file.originalname,
        contentType: file.mimetype,
        sha256: file.filename,
        sizeBytes: file.size,
      });
    });
  });
}

/** Takes the body without looking at it. False: it broke off. */
export function drain(req: IncomingMessage): Promise<boolean> {
  return new Promise((resolve) => {
    req
      .on('end', () => resolve(true))
      .on('close', () => resolve(false))
      .resume();
  });
}
