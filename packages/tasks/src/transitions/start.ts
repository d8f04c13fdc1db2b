import type { Status } from '@ocrelay/contracts';
import type { Db } from '@ocrelay/db';
import { type SQL, sql } from 'drizzle-orm';
import { type DueJob, toDueJob } from '../job-ref.ts';
import type { RawRow } from '../rows.ts';

/** What a start did. */
export type Started =
  /** The task is on its way in a new run; its job is to be added. */
  | { readonly kind: 'started'; readonly job: DueJob }
  /** It was on its way already. */
  | { readonly kind: 'in_progress' }
  | { readonly kind: 'already_done' }
  | { readonly kind: 'not_found' };

/**
 * uploaded → queued; and ocr_failed | cancelled → queued, in a new generation that knows no OCR job.
 * @param deadlineMs from now to the latest end of the task, by the database's clock.
 */
export async function start(db: Db, taskId: string, deadlineMs: number): Promise<Started> {
  const { rows } = await db.execute<RawRow>(sql`
    with moved as (
      update tasks set ${newRun(deadlineMs)}
      where id = ${taskId} and status in ('uploaded', 'ocr_failed', 'cancelled')
      returning id, stage, generation, dispatch, attempt),
    noted as (
      insert into task_events (task_id, generation, type, stage, attempt)
      select id, generation, 'queued', stage, 0 from moved)
    select * from moved`);
  const row = rows[0];
  if (row !== undefined) return { kind: 'started', job: toDueJob(row) };
  const found = await db.execute<RawRow>(sql`select status from tasks where id = ${taskId}`);
  const status = found.rows[0]?.['status'] as Status | undefined;
  if (status === undefined) return { kind: 'not_found' };
  return { kind: status === 'ocr_done' ? 'already_done' : 'in_progress' };
}

/** What a run begins with: it knows nothing of the one before, and is due now. The first is that of the upload. */
export function newRun(deadlineMs: number): SQL {
  return sql`
    generation = generation + case when status = 'uploaded' then 0 else 1 end,
    status = 'queued', stage = 'submit', dispatch = dispatch + 1, due_at = now(), parked_at = null, seen_at = null,
    started_at = now(), deadline_at = now() + ${deadlineMs} * interval '1 millisecond', updated_at = now(),
    attempt = 0, waits = 0, waiting_reason = null, resubmits = 0, crashes = 0, ocr_endpoint = null, ocr_job_id = null,
    poll_cursor = 0, missing_since = null, done_pages = null, total_pages = null,
    error_code = null, error_message = null, submitted_at = null, finished_at = null`;
}
