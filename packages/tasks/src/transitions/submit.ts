import type { Db } from '@ocrelay/db';
import { sql } from 'drizzle-orm';
import type { DueJob } from '../job-ref.ts';
import { togetherOrAlone } from '../together-or-alone.ts';
import type { Claim } from './claim.ts';
import { dueIn, NO_ERROR } from './move.ts';
import { moveMany } from './move-many.ts';

/** What the service has taken. */
export interface Submitted {
  readonly claim: Claim;
  readonly jobId: string;
  readonly endpoint: string;
}

/**
 * queued → ocr_processing (or ocr_processing again, after a loss): the service has taken the images.
 * @returns for each its next job; null where the claim is no longer ours.
 */
async function markAllSubmitted(db: Db, submitted: readonly Submitted[]): Promise<Array<DueJob | null>> {
  const moved = await moveMany(
    db,
    submitted.map(({ claim }) => claim),
    {
      set: sql`status = 'ocr_processing', stage = 'poll', ocr_job_id = r.job_id, ocr_endpoint = r.endpoint,
        submitted_at = now(), poll_cursor = 0, missing_since = null, done_pages = null, total_pages = null,
        attempt = 0, waits = 0, ${NO_ERROR}, claimed_by = null, dispatch = t.dispatch + 1, ${dueIn(0)}`,
      values: {
        job_id: { type: 'text', of: submitted.map(({ jobId }) => jobId) },
        endpoint: { type: 'text', of: submitted.map(({ endpoint }) => endpoint) },
      },
      event: 'submitted',
      data: sql`jsonb_build_object('ocr_job_id', r.job_id)`,
    },
  );
  return moved.map((task) => task?.next ?? null);
}

/** Marks submitted tasks; those of one moment in one statement. */
export function createSubmitMarker(db: Db): (submitted: Submitted) => Promise<DueJob | null> {
  return togetherOrAlone((all: readonly Submitted[]) => markAllSubmitted(db, all), { mostAtOnce: 100, underWay: 1 });
}
