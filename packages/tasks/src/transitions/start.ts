import type { Status } from '@ocrelay/contracts';
import type { Db } from '@ocrelay/db';
import { type SQL, sql } from 'drizzle-orm';
import { type DueJob, toDueJob } from '../job-ref.ts';
import { type RestartedPage, restartPage } from '../pages/restart-page.ts';
import type { RawRow } from '../rows.ts';

/** What a start did. */
export type Started =
  /** The task is on its way in a new run; its job is to be added. */
  | { readonly kind: 'started'; readonly job: DueJob }
  /** It was on its way already. */
  | { readonly kind: 'in_progress' }
  | { readonly kind: 'already_done' }
  /** It is a page of a document that was cancelled. */
  | { readonly kind: 'document_cancelled'; readonly documentId: string }
  | { readonly kind: 'not_found' };

/**
 * uploaded → queued; and ocr_failed | cancelled → queued, in a new generation that knows no OCR job.
 * @param deadlineMs from now to the latest end of the task, by the database's clock.
 */
export async function start(db: Db, taskId: string, deadlineMs: number): Promise<Started> {
  const { rows } = await db.execute<RawRow>(sql`
    with moved as (
      update tasks set ${newRun(inMs(deadlineMs))}
      where id = ${taskId} and parent_id is null and status in ('uploaded', 'ocr_failed', 'cancelled')
      returning id, stage, generation, dispatch, attempt, parent_id),
    noted as (
      insert into task_events (task_id, generation, type, stage, attempt)
      select id, generation, 'queued', stage, 0 from moved)
    select * from moved`);
  const row = rows[0];
  if (row !== undefined) return { kind: 'started', job: toDueJob(row) };
  const found = await db.execute<RawRow>(sql`select status, parent_id from tasks where id = ${taskId}`);
  const [task] = found.rows;
  if (task === undefined) return { kind: 'not_found' };
  if (task['parent_id'] !== null) return startPage(await restartPage(db, taskId, deadlineMs));
  return { kind: (task['status'] as Status) === 'ocr_done' ? 'already_done' : 'in_progress' };
}

function startPage(page: RestartedPage): Started {
  return page.kind === 'restarted' ? { kind: 'started', job: page.job } : page;
}

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
    status = 'queued', stage = case when open_pages is null and parent_id is null then 'submit' else 'split' end, dispatch = dispatch + 1, due_at = now(), parked_at = null, seen_at = null,
    started_at = now(), deadline_at = ${deadline}, updated_at = now(),
    attempt = 0, waits = 0, waiting_reason = null, resubmits = 0, crashes = 0, ocr_endpoint = null, ocr_job_id = null,
    poll_cursor = 0, missing_since = null,
    done_pages = case when open_pages is not null then done_pages end,
    total_pages = case when open_pages is not null then total_pages end,
    error_code = null, error_message = null, submitted_at = null, finished_at = null`;
}
