import { inParallel } from '@ocrelay/batching';
import { type Db, isDatabaseUnavailable } from '@ocrelay/db';
import { DOCUMENT_VERSION, type KeptReading } from '@ocrelay/document';
import { findResult, keepDocument, keptReadings, underivedResults } from '@ocrelay/tasks';

/** How far it has come. */
export interface Progress {
  readonly derived: number;
  /** Tasks whose documents could not be derived, and why. */
  readonly left: ReadonlyArray<{ readonly taskId: string; readonly reason: string }>;
}

/** Results looked for at a time. */
const PAGE_SIZE = 100;

/**
 * Derives the documents of all results that have none by the newest rules, and keeps them.
 * @param derive readings → their document, gzipped JSON. What it throws is noted, and the next one comes.
 * @param atOnce how many are under way at a time
 * @param tell after each page of results
 */
export async function rederive(
  db: Db,
  derive: (readings: readonly KeptReading[]) => Promise<Uint8Array>,
  atOnce: number,
  signal: AbortSignal,
  tell: (progress: Progress) => void,
): Promise<Progress> {
  let derived = 0;
  const left: Array<{ taskId: string; reason: string }> = [];
  const one = async (taskId: string) => {
    const result = signal.aborted ? null : await findResult(db, taskId);
    if (result === null) return; // asked to stop, or deleted meanwhile
    const document = await keptReadings(db, result)
      .then(derive)
      .catch((error: Error) => {
        if (isDatabaseUnavailable(error)) throw error;
        left.push({ taskId, reason: error.message });
        return null;
      });
    if (document === null) return;
    await keepDocument(db, result, DOCUMENT_VERSION, Buffer.from(document));
    derived += 1;
  };
  for await (const page of underivedResults(db, DOCUMENT_VERSION, PAGE_SIZE)) {
    await inParallel(page, atOnce, one);
    if (signal.aborted) break;
    tell({ derived, left });
  }
  return { derived, left };
}
