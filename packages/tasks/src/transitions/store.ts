import { createHash } from 'node:crypto';
import type { Db } from '@ocrelay/db';
import { sql } from 'drizzle-orm';
import type { DueJob } from '../job-ref.ts';
import { togetherOrAlone } from '../together-or-alone.ts';
import type { Claim } from './claim.ts';
import { keptResults } from './kept-results.ts';
import { moveMany } from './move-many.ts';

/** What was read. */
export interface Reading {
  /** The OCR service's JSON, byte for byte. */
  readonly raw: Buffer;
  readonly pageCount: number;
  /** In reading order; free of NULs and lone surrogates. */
  readonly plainText: string;
}

/** A claimed task and what was read of its image. */
export interface Done {
  readonly claim: Claim;
  readonly reading: Reading;
}

/** What came of it: the task is done. */
export interface Stored {
  /** The job of the document whose last page this was; null for any other task. */
  readonly document: DueJob | null;
}

/** Results up to this size go together; a larger one is a statement of its own, so that no statement is large twice. */
const SMALL_BYTES = 64 * 1024;

/** ocr_processing → ocr_done, for many: the one result of each task and its status, in one statement. */
async function markAllDone(db: Db, done: readonly Done[]): Promise<Array<Stored | null>> {
  const readings = done.map(({ reading }) => reading);
  const moved = await moveMany(
    db,
    done.map(({ claim }) => claim),
    {
      set: sql`status = 'ocr_done', claimed_by = null, due_at = null, finished_at = now(), done_pages = r.pages,
        total_pages = r.pages, waits = 0, error_code = null, error_message = null, waiting_reason = null, missing_since = null`,
      values: {
        raw: { type: 'bytea', of: readings.map(({ raw }) => raw) },
        digest: { type: 'text', of: readings.map(({ raw }) => createHash('sha256').update(raw).digest('hex')) },
        pages: { type: 'int', of: readings.map(({ pageCount }) => pageCount) },
        words: { type: 'text', of: readings.map(({ plainText }) => plainText) },
      },
      event: 'done',
      data: sql`jsonb_build_object('page_count', r.pages, 'result_bytes', octet_length(r.raw))`,
      also: keptResults(sql`
        select moved.id, moved.generation, r.raw, r.digest, r.pages, r.words from moved join r on r.task_id = moved.id`),
      ends: true,
    },
  );
  return moved.map((task) => task && { document: task.document });
}

/**
 * Stores results and marks their tasks done; small ones of one moment in one statement.
 * @returns a function that answers null when the claim is no longer ours; then no result was kept.
 */
export function createDoneMarker(db: Db): (done: Done) => Promise<Stored | null> {
  const smallTogether = togetherOrAlone((all: readonly Done[]) => markAllDone(db, all), {
    mostAtOnce: 50,
    underWay: 1,
  });
  return async (done) =>
    done.reading.raw.byteLength <= SMALL_BYTES ? smallTogether(done) : markDone(db, done.claim, done.reading);
}

/** ocr_processing → ocr_done, for one task. */
export async function markDone(db: Db, claim: Claim, reading: Reading): Promise<Stored | null> {
  return (await markAllDone(db, [{ claim, reading }]))[0] ?? null;
}
