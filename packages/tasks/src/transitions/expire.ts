import type { Db } from '@ocrelay/db';
import { type SQL, sql } from 'drizzle-orm';
import { deadlineMessage } from '../after-fault.ts';
import { isInProgress } from '../in-progress.ts';
import { NO_OPEN_PAGES } from '../pages/end-of-page.ts';
import type { RawRow } from '../rows.ts';
import { inMs } from './new-run.ts';
import { toOcrJobLeft, type WorkLeft } from './work-left.ts';

/** A task whose time was up, and the job that the OCR service works on for nothing now. */
export interface Expired {
  readonly taskId: string;
  readonly ocrJob: WorkLeft['ocrJob'];
}

/** What a document has beyond its deadline to be stored with the pages that were read in time. */
const GATHERING_MS = 10 * 60_000;

/** A document that waits for pages, and has others that were read. */
const IS_PARTLY_READ: SQL = sql`coalesce(open_pages > 0 and done_pages > 0, false)`;

/**
 * queued | ocr_processing → ocr_failed, for tasks whose deadline has passed, whoever holds them: their claim is taken
 * away, so a late answer is fenced off. Needs neither queue nor service. Pages end with the time of their document; when some of
 * them were read, the document itself goes on, to be stored with these.
 * @param limit of images and documents
 * @returns the tasks that ended.
 */
export function expireDeadlines(db: Db, limit: number): Promise<Expired[]> {
  return db.transaction(async (execute) => {
    const late = (but: SQL) => sql`${isInProgress()} and parent_id is null and deadline_at <= now()
      and ${but} order by deadline_at limit ${limit} for update skip locked`;
    const partlyRead = await waitNoLonger(execute, late(IS_PARTLY_READ));
    const ended = await expire(execute, late(sql`not ${IS_PARTLY_READ}`));
    const documents = [...partlyRead, ...ended.filter((row) => row['open_pages'] !== null)];
    const pages = documents.length === 0 ? [] : await expire(execute, openPagesOf(documents.map((row) => row['id'])));
    return [...ended, ...pages].map((row) => ({ taskId: String(row['id']), ocrJob: toOcrJobLeft(row) }));
  });
}

function openPagesOf(documentIds: readonly unknown[]): SQL {
  return sql`${isInProgress()} and parent_id = any(${sql.param(documentIds)}::uuid[])
    order by id for update`;
}

/** The documents are due to be stored. @param which with the lock */
async function waitNoLonger(execute: Db['execute'], which: SQL): Promise<RawRow[]> {
  const { rows } = await execute<RawRow>(sql`
    with late as (select id, open_pages from tasks where ${which}),
    moved as (
      update tasks t set open_pages = 0, dispatch = t.dispatch + 1, due_at = now(),
             deadline_at = ${inMs(GATHERING_MS)}, updated_at = now()
      from late where t.id = late.id
      returning t.id, t.generation, t.stage, late.open_pages),
    noted as (
      insert into task_events (task_id, generation, type, stage, attempt, data)
      select id, generation, 'deadline_passed', stage, 0, jsonb_build_object('open_pages', open_pages) from moved)
    select id from moved`);
  return rows;
}

/** @param which with the lock */
async function expire(execute: Db['execute'], which: SQL): Promise<RawRow[]> {
  const { rows } = await execute<RawRow>(sql`
    with late as (select id from tasks where ${which}),
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
