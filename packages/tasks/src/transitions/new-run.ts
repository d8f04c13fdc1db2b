import { type SQL, sql } from 'drizzle-orm';
import { NO_OPEN_PAGES } from '../pages/end-of-page.ts';

/** So many ms from now, by the database's clock. */
export function inMs(ms: number): SQL {
  return sql`now() + ${ms} * interval '1 millisecond'`;
}

/**
 * What a run begins with: it knows nothing of the one before, and is due now. The first is that of the upload. A document keeps
 * the pages that were read; the others are rendered anew, whatever became of their pictures.
 */
export function newRun(deadline: SQL): SQL {
  return sql`
    generation = generation + case when status = 'uploaded' then 0 else 1 end,
    status = 'queued', stage = case when open_pages is null and parent_id is null then 'submit' else 'split' end,
    dispatch = dispatch + 1, due_at = now(), parked_at = null,
    started_at = now(), deadline_at = ${deadline}, updated_at = now(),
    attempt = 0, waits = 0, waiting_reason = null, resubmits = 0, crashes = 0, ocr_endpoint = null, ocr_job_id = null,
    poll_cursor = 0, missing_since = null,
    ${NO_OPEN_PAGES},
    done_pages = case when open_pages is not null then done_pages end,
    total_pages = case when open_pages is not null then total_pages end,
    error_code = null, error_message = null, submitted_at = null, finished_at = null`;
}

/** The CTE `noted`: the event of a new run, for each task of `moved`. */
export const QUEUED_NOTED: SQL = sql`noted as (
  insert into task_events (task_id, generation, type, stage, attempt)
  select id, generation, 'queued', stage, 0 from moved)`;
