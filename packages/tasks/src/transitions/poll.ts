import type { Db } from '@ocrelay/db';
import { sql } from 'drizzle-orm';
import type { DueJob } from '../job-ref.ts';
import type { Claim } from './claim.ts';
import { dueIn, move, NO_ERROR, UNCLAIMED } from './move.ts';
import { UNSYNCED } from './unsynced.ts';

/** ocr_processing → ocr_processing: gives the slot to polls that wait. No event, no attempt: nothing has happened. */
export function goRound(db: Db, claim: Claim): Promise<DueJob | null> {
  return move(
    db,
    claim,
    sql`attempt = 0, waits = 0, missing_since = null, ${NO_ERROR}, ${UNCLAIMED}, ${dueIn(0)}`,
    null,
    UNSYNCED,
  );
}

/** Same status: the claim alone is given back. Nothing was heard, so attempt, waits and fault stay as they were. */
export function releaseClaim(db: Db, claim: Claim): Promise<DueJob | null> {
  return move(db, claim, sql`attempt = greatest(attempt - 1, 0), ${UNCLAIMED}, ${dueIn(0)}`, null, UNSYNCED);
}

/** ocr_processing → ocr_processing: the service does not know the job; believed only when it says so again. */
export function lookAgain(db: Db, claim: Claim, inMs: number, message: string): Promise<DueJob | null> {
  return move(
    db,
    claim,
    sql`missing_since = coalesce(missing_since, now()), attempt = greatest(attempt - 1, 0),
        error_code = 'ocr_job_lost', error_message = ${message}, ${UNCLAIMED}, ${dueIn(inMs)}`,
    { type: 'ocr_job_missing', data: { code: 'ocr_job_lost', message }, repeats: true },
  );
}

/** ocr_processing → ocr_processing, stage submit: the service has lost the job. The old job id stays until there is a new one. */
export function resubmit(db: Db, claim: Claim, inMs: number, message: string): Promise<DueJob | null> {
  return move(
    db,
    claim,
    sql`stage = 'submit', resubmits = resubmits + 1, ocr_endpoint = null, missing_since = null, attempt = 0, waits = 0,
        error_code = 'ocr_job_lost', error_message = ${message}, ${UNCLAIMED}, ${dueIn(inMs)}`,
    { type: 'ocr_job_lost', data: { code: 'ocr_job_lost', message, ocr_job_id: claim.ocrJobId, retry_in_ms: inMs } },
  );
}
