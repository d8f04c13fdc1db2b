import { DOCUMENT_VERSION } from '@ocrelay/document';
import { findDocument, keepDocument, type ResultInfo, rawResult } from '@ocrelay/tasks';
import type { ApiContext } from '../context.ts';

/** Those that are being derived, by their results: who asks for the same one meanwhile gets it, too. */
export type DocumentOf = (result: ResultInfo) => Promise<Buffer>;

/**
 * The document of a result, JSON in UTF-8: as it was kept, or derived now when it never was or by older rules, and kept.
 * Nothing is paid for again: the raw result is all that it takes.
 * @throws ApiError document_too_large, overloaded
 */
export function createDocumentOf({
  database: { db },
  workshop,
}: Pick<ApiContext, 'database' | 'workshop'>): DocumentOf {
  const deriving = new Map<string, Promise<Buffer>>();
  const derive = async (result: ResultInfo): Promise<Buffer> => {
    const chunks: Buffer[] = [];
    for await (const chunk of rawResult(db, result)) chunks.push(chunk);
    const document = await workshop.derive(Buffer.concat(chunks));
    await keepDocument(db, result, DOCUMENT_VERSION, document);
    return document;
  };
  return async (result) => {
    const kept = await findDocument(db, result, DOCUMENT_VERSION);
    if (kept !== null) return kept;
    const key = `${result.taskId} ${result.sha256}`;
    const derived = deriving.get(key) ?? derive(result).finally(() => deriving.delete(key));
    deriving.set(key, derived);
    return derived;
  };
}
