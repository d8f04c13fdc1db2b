import { together } from '@ocrelay/batching';
import type { Db } from '@ocrelay/db';
import { DOCUMENT_VERSION } from '@ocrelay/document';
import { findDocument, keepDocument, keptReadings, ReadingsTooLarge, type ResultInfo } from '@ocrelay/tasks';
import { ApiError } from '../errors/api-error.ts';
import { documentTooLarge } from '../errors/catalogue.ts';
import type { DocumentWorkshop } from './document-workshop.ts';
import { createGivenUp } from './given-up.ts';

/** The document of a result, packed. @throws ApiError document_too_large, overloaded */
export type DocumentOf = (result: ResultInfo) => Promise<Buffer>;

/** Results that are in memory at a time to be derived, each of up to some tens of MiB. */
const AT_ONCE = 4;

/**
 * Documents as they were kept; one that never was, or by older rules, is derived now, and kept. Nothing is paid for again: the
 * raw result is all that it takes. Who asks for the same one meanwhile gets it, too.
 */
export function createDocumentOf(
  db: Db,
  workshop: Pick<DocumentWorkshop, 'derive'>,
  givenUp = createGivenUp(),
): DocumentOf {
  const derive = together(
    async ([result]: readonly ResultInfo[]): Promise<Buffer[]> => {
      if (result === undefined) return [];
      const readings = await keptReadings(db, result).catch((error: unknown) => {
        throw error instanceof ReadingsTooLarge ? documentTooLarge() : error;
      });
      const document = await workshop.derive(readings);
      await keepDocument(db, result, DOCUMENT_VERSION, document);
      return [document];
    },
    { mostAtOnce: 1, underWay: AT_ONCE },
  );
  const deriving = new Map<string, Promise<Buffer>>();
  return async (result) => {
    const kept = await findDocument(db, result, DOCUMENT_VERSION);
    if (kept !== null) return kept;
    const key = `${result.taskId} ${result.sha256}`; // and of these rules: the process has no others
    if (givenUp.has(key)) throw documentTooLarge();
    const derived = deriving.get(key) ?? derive(result).finally(() => deriving.delete(key));
    deriving.set(key, derived);
    return derived.catch((error: unknown) => {
      if (isTooLarge(error)) givenUp.note(key);
      throw error;
    });
  };
}

function isTooLarge(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'document_too_large';
}
