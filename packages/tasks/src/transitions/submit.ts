import type { Db } from '@ocrelay/db';
import { sql } from 'drizzle-orm';
import type { DueJob } from '../job-ref.ts';
import type { Claim } from './claim.ts';
import { dueIn, move, NO_ERROR, UNCLAIMED } from './move.ts';

/** queued → ocr_processing (or ocr_processing again, after a loss): the service has taken the image. */
export function markSubmitted(db: Db, claim: Claim, job: { jobId: string; endpoint: string }): Promise<DueJob | null> {
  return move(
    db,
    claim,
    sql`status = 'ocr_processing', stage = 'poll', ocr_job_id = ${job.jobId}, ocr_endpoint = ${job.endpoint},
        submitted_at = now(), poll_cursor = 0, missing_since = null, done_pages = null, total_pages = null,
        attempt = 0, waits = 0, ${NO_ERROR}, ${UNCLAIMED}, ${dueIn(0)}`,
    { type: 'submitted', data: { ocr_job_id: job.jobId } },
  );
}
