import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DOCUMENT_VERSION } from '@ocrelay/document';
import { EXPORT_VERSION, ExportError, type ExportFormat, exportFilename } from '@ocrelay/exports';
import type { Request, Response } from 'express';
import type { ApiContext } from '../context.ts';
import { documentTooLarge, invalidRequest, noTables, tableNotFound } from '../errors/catalogue.ts';
import { disposition } from '../routes/disposition.ts';
import { type Done, findDone } from '../routes/find-done.ts';
import { isNotModified } from '../routes/not-modified.ts';
import { tagOf } from '../routes/tag-of.ts';
import type { MadeFile } from './document-workshop.ts';
import { pagePicture } from './page-picture.ts';

/** Of all documents of one file together. */
const MOST_BYTES = 256 * 1024 * 1024;

/**
 * Answers with the file of one format, made while it is sent.
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
  const exported = await Promise.all(taskIds.map((id) => findDone(context.database.db, id)));
  res.set({ ETag: exportTag(exported, format, options), 'Cache-Control': 'private, no-cache', Vary: 'Accept' });
  if (isNotModified(req, res)) return;
  const file = await makeFile(context, exported, format, options);
  res.set('Content-Disposition', dispositionOf(exported, file.extension));
  res.setHeader('Content-Type', file.mediaType);
  try {
    if (req.method === 'HEAD') res.end();
    else await pipeline(Readable.from(file.body), res);
  } finally {
    await file.drop();
  }
}

async function makeFile(
  context: ApiContext,
  exported: readonly Done[],
  format: ExportFormat,
  options: Readonly<Record<string, unknown>>,
): Promise<MadeFile> {
  const { documentOf, workshop } = context;
  const documents = [];
  let bytes = 0;
  for (const { task, result } of exported) {
    const json = await documentOf(result);
    documents.push({ name: task.originalFilename ?? task.id, json });
    bytes += json.byteLength;
    if (bytes > MOST_BYTES) throw documentTooLarge();
  }
  /** A picture that is gone takes nothing but itself from a file. */
  const imageOf = async (at: number, page: number) => {
    const task = exported[at]?.task;
    return task === undefined ? null : pagePicture(context, task, page).catch(() => null);
  };
  try {
    return await workshop.export(format, options, documents, imageOf);
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
