import type { Db } from '@ocrelay/db';
import { type SQL, sql } from 'drizzle-orm';
import { deadlineMessage } from '../after-fault.ts';
import { NO_OPEN_PAGES } from '../pages/end-of-page.ts';
import type { RawRow } from '../rows.ts';
import { toOcrJobLeft, type WorkLeft } from './work-left.ts';

/** A task whose time was up, and the job that the OCR service works on for nothing now. */
export interface Expired {
  readonly taskId: string;
  readonly ocrJob: WorkLeft['ocrJob'];
}

/**
 * queued | ocr_processing → ocr_failed, for tasks whose deadline has passed, whoever holds them: their claim is taken
 * away, so a late answer is fenced off. Needs neither queue nor service. Pages end with their document.
 * @param limit of images and documents
 * @returns the tasks that ended.
 */
export function expireDeadlines(db: Db, limit: number): Promise<Expired[]> {
  return db.transaction(async (execute) => {
    const late = await expire(
      execute,
      sql`parent_id is null and deadline_at <= now() order by deadline_at limit ${limit} for update skip locked`,
    );
    const documents = late.filter((row) => row['open_pages'] !== null).map((row) => String(row['id']));
    const pages =
      documents.length === 0
        ? []
        : await expire(execute, sql`parent_id = any(${sql.param(documents)}::uuid[]) order by id for update`);
    return [...late, ...pages].map((row) => ({ taskId: String(row['id']), ocrJob: toOcrJobLeft(row) }));
  });
}

/** @param which of the tasks in progress, with the lock */
async function expire(execute: Db['execute'], which: SQL): Promise<RawRow[]> {
  const { rows } = await execute<RawRow>(sql`
    with late as (select id from tasks where status in ('queued', 'ocr_processing') and ${which}),
    moved as (
      update tasks t set status = 'ocr_failed', claimed_by = null, due_at = null, parked_at = null, dispatch = t.dispatch + 1,
             ${NO_OPEN_PAGES},
             error_message = case when t.error_message is null then ${deadlineMessage(null)}
                             else ${deadlineMessage('')} || t.error_message end,
             error_code = 'deadline_exceeded', waiting_reason = null, finished_at = now(), updated_at = now()
      from late where t.id = late.id
      returning t.id, t.generation, t.stage, t.attempt, t.error_message, t.ocr_endpoint, t.ocr_job_id, t.open_pages),
    noted as (
      insert into task_events (task_id, generation, type, stage, attempt, data)
      select id, generation, 'failed', stage, attempt,
             jsonb_build_object('code', 'deadline_exceeded', 'message', error_message) from moved)
    select id, stage, ocr_endpoint, ocr_job_id, open_pages from moved`);
  return rows;
}
