import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import multer from 'multer';

/** Streams the part `file` into a file of `folder`; the name a client gives is never part of a path. */
export function receiveUpload(folder: string, maxBytes: number): RequestHandler {
  const storage = multer.diskStorage({
    destination: folder,
    filename: (_request, _file, done) => done(null, randomUUID()),
  });
  const limits = { fileSize: maxBytes, files: 1, fields: 10, fieldSize: 10_000, parts: 11 };
  return multer({ storage, limits }).single('file');
}
