import { together } from '@ocrelay/batching';
import type { Db } from '@ocrelay/db';
import { sql } from 'drizzle-orm';
import type { DueJob } from '../job-ref.ts';
import type { Claim } from './claim.ts';
import { dueIn } from './move.ts';
import { moveMany } from './move-many.ts';
import type { PollProgress } from './progress.ts';
import { UNSYNCED } from './unsynced.ts';

/** How an OCR job has ended, as far as its events tell. */
export interface OcrEnded {
  readonly claim: Claim;
  readonly progress: PollProgress;
  /** What a `failed` event said, kept until the result has decided; null when none said so. */
  readonly failure: string | null;
}

/**
 * ocr_processing → ocr_processing, stage store: the service has finished, for better or worse.
 * @returns for each its next job; null where the claim is no longer ours.
 */
async function markAllOcrEnded(db: Db, ended: readonly OcrEnded[]): Promise<Array<DueJob | null>> {
  const moved = await moveMany(
    db,
    ended.map(({ claim }) => claim),
    {
      set: sql`stage = 'store', poll_cursor = r.cursor, done_pages = r.done, total_pages = r.total, attempt = 0, waits = 0,
        crashes = 0, missing_since = null, error_code = case when r.failure is not null then 'ocr_job_failed' end, error_message = r.failure,
        waiting_reason = null, claimed_by = null, dispatch = t.dispatch + 1, ${dueIn(0)}`,
      values: {
        cursor: { type: 'bigint', of: ended.map(({ progress }) => progress.cursor) },
        done: { type: 'int', of: ended.map(({ progress }) => progress.donePages) },
        total: { type: 'int', of: ended.map(({ progress }) => progress.totalPages) },
        failure: { type: 'text', of: ended.map(({ failure }) => failure) },
      },
      event: 'ocr_ended',
      data: sql`'{}'::jsonb`,
      condition: UNSYNCED,
    },
  );
  return moved.map((task) => task?.next ?? null);
}

/** Marks tasks whose OCR job has ended; those of one moment in one statement. */
export function createOcrEndedMarker(db: Db): (ended: OcrEnded) => Promise<DueJob | null> {
  return together((all: readonly OcrEnded[]) => markAllOcrEnded(db, all), { mostAtOnce: 100, underWay: 1 });
}
