import { once } from 'node:events';
import { Readable } from 'node:stream';
import { DOCUMENT_VERSION, unpackedSize } from '@ocrelay/document';
import { EXPORT_VERSION, ExportError, type ExportFormat, exportFilename } from '@ocrelay/exports';
import { within } from '@ocrelay/lifecycle';
import type { Request, Response } from 'express';
import type { ApiContext } from '../context.ts';
import { documentTooLarge, invalidRequest, noTables, tableNotFound } from '../errors/catalogue.ts';
import { disposition } from '../routes/disposition.ts';
import { type Done, findDone } from '../routes/find-done.ts';
import { isKnownByName, isNotModified } from '../routes/not-modified.ts';
import { tagOf } from '../routes/tag-of.ts';
import { leftSignal } from '../server/left-signal.ts';
import { sendPieces } from '../server/send-pieces.ts';
import type { MadeFile } from './document-workshop.ts';
import { isWithoutPicture, pagePicture } from './page-picture.ts';

/** Of all documents of one file together, unpacked. */
const MOST_BYTES = 256 * 1024 * 1024;

/**
 * How long a file is made before it begins to be sent, ms. One that is whole by then says how large it is, and one that cannot be
 * made says why; another breaks off where it cannot be made on.
 */
const BEGIN_MS = 10_000;

/**
 * Answers with the file of one format. It is made as fast as it can be, and sent as fast as the client takes it.
 * @throws ApiError for tasks without a result, documents without what is asked for, and options that are wrong
 */
export async function sendExport(
  context: ApiContext,
  req: Request,
  res: Response,
  taskIds: readonly string[],
  format: ExportFormat,
  options: Readonly<Record<string, unknown>>,
): Promise<void> {
  const left = leftSignal(res);
  const exported = await Promise.all(taskIds.map((id) => findDone(context.database.db, id)));
  res.set({ ETag: exportTag(exported, format, options), 'Cache-Control': 'private, no-cache', Vary: 'Accept' });
  if (isKnownByName(req, res)) return;
  const file = await makeFile(context, exported, format, options, left.signal).catch((error: unknown) => {
    if (left.signal.aborted) return null; // nobody is there to be told
    throw error;
  });
  if (file === null) return;
  try {
    if (isNotModified(req, res)) return;
    res.set('Content-Disposition', dispositionOf(exported, file.extension));
    res.setHeader('Content-Type', file.mediaType);
    if (req.method === 'HEAD') return void res.end();
    const sizeBytes = await within(BEGIN_MS, Promise.race([file.whole, aborted(left.signal)]));
    if (left.signal.aborted) return;
    if (sizeBytes !== undefined) res.setHeader('Content-Length', sizeBytes);
    await sendPieces(res, Readable.from(file.body));
  } finally {
    await file.drop();
  }
}

async function aborted(signal: AbortSignal): Promise<undefined> {
  if (!signal.aborted) await once(signal, 'abort');
}

async function makeFile(
  context: ApiContext,
  exported: readonly Done[],
  format: ExportFormat,
  options: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<MadeFile> {
  const { documentOf, workshop } = context;
  const documents = [];
  let bytes = 0;
  for (const { task, result } of exported) {
    const document = await documentOf(result);
    documents.push({ name: task.originalFilename ?? task.id, document });
    bytes += unpackedSize(document);
    if (bytes > MOST_BYTES) throw documentTooLarge();
  }
  /** A picture that is gone takes nothing but itself from a file; one that cannot be had now takes the file. */
  const imageOf = async (at: number, page: number) => {
    const task = exported[at]?.task;
    if (task === undefined) return null;
    return pagePicture(context, task, page).catch((error: unknown) => {
      if (isWithoutPicture(error)) return null;
      throw error;
    });
  };
  try {
    return await workshop.export(format, options, documents, imageOf, signal);
  } catch (error) {
    if (!(error instanceof ExportError)) throw error;
    if (error.code === 'no_tables') throw noTables(error.message);
    throw error.code === 'table_not_found' ? tableNotFound(error.message) : invalidRequest(error.message);
  }
}

/** The same file for the same results, rules, format and options: known before it is made. */
function exportTag(
  exported: readonly Done[],
  format: ExportFormat,
  options: Readonly<Record<string, unknown>>,
): string {
  return tagOf([
    exported.map(({ task, result }) => [task.originalFilename, result.sha256, task.sha256]),
    [DOCUMENT_VERSION, EXPORT_VERSION, format],
    Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1)),
  ]);
}

/** Named by the upload, how many others there are, and the time at which it was read; of several, the latest. */
function dispositionOf(exported: readonly Done[], extension: string): string {
  const at = new Date(Math.max(...exported.map(({ result }) => result.createdAt.getTime())));
  const named = (name: string) => exportFilename(name, at, extension, exported.length - 1);
  return disposition('attachment', named(exported[0]?.task.originalFilename ?? ''), named(''));
}
