import type { Status } from '@ocrelay/contracts';
import type { Db } from '@ocrelay/db';
import { type SQL, sql } from 'drizzle-orm';
import { NO_OPEN_PAGES } from '../pages/end-of-page.ts';
import type { RawRow } from '../rows.ts';
import { toWorkLeft, WORK_LEFT, type WorkLeft } from './work-left.ts';

/** What a cancel did. */
export type Cancelled =
  /** With what is left of the task, and of each page of a document. */
  | { readonly kind: 'cancelled'; readonly left: readonly WorkLeft[] }
  | { readonly kind: 'already_cancelled' }
  /** It had ended before, one way or the other. */
  | { readonly kind: 'already_ended'; readonly status: Status }
  /** It is a page: its document can be cancelled. */
  | { readonly kind: 'is_page'; readonly documentId: string }
  | { readonly kind: 'not_found' };

/**
 * uploaded | queued | ocr_processing → cancelled, whoever holds the task: its claim is taken away and its dispatch raised,
 * so that no job and no late answer can touch it. Needs neither queue nor service. The OCR job's id stays, to be seen. A
 * document is cancelled with those of its pages that have not ended.
 */
export async function cancel(db: Db, taskId: string): Promise<Cancelled> {
  const left = await cancelWhere(db.execute, sql`id = ${taskId} and parent_id is null and open_pages is null`);
  if (left.length > 0) return { kind: 'cancelled', left };
  const found = await db.execute<RawRow>(sql`select status, parent_id, open_pages from tasks where id = ${taskId}`);
  const [task] = found.rows;
  if (task === undefined) return { kind: 'not_found' };
  if (task['parent_id'] !== null) return { kind: 'is_page', documentId: String(task['parent_id']) };
  const status = task['status'] as Status;
  if (status === 'cancelled') return { kind: 'already_cancelled' };
  if (status === 'ocr_done' || status === 'ocr_failed') return { kind: 'already_ended', status };
  const all = task['open_pages'] === null ? [] : await cancelDocument(db, taskId);
  // Started again, or ended, between the two statements.
  return all.length > 0 ? { kind: 'cancelled', left: all } : cancel(db, taskId);
}

/** Once the document's row is locked and cancelled, no page of it can be made or end any more. */
function cancelDocument(db: Db, documentId: string): Promise<WorkLeft[]> {
  return db.transaction(async (execute) => {
    const document = await cancelWhere(execute, sql`id = ${documentId}`);
    if (document.length === 0) return [];
    return [...document, ...(await cancelWhere(execute, sql`parent_id = ${documentId}`))];
  });
}

/** Cancels those of the tasks that have not ended. @returns what is left of each */
async function cancelWhere(execute: Db['execute'], which: SQL): Promise<WorkLeft[]> {
  // Locked first, so that what is left behind is told of the very row that is changed, and not of one before a worker's move.
  const { rows } = await execute<RawRow>(sql`
    with before as (
      select ${WORK_LEFT} from tasks
      where ${which} and status in ('uploaded', 'queued', 'ocr_processing') order by id for update),
    moved as (
      update tasks t set status = 'cancelled', claimed_by = null, due_at = null, parked_at = null, dispatch = t.dispatch + 1,
             ${NO_OPEN_PAGES}, waits = 0, waiting_reason = null, missing_since = null, error_code = null, error_message = null,
             finished_at = now(), updated_at = now()
      from before where t.id = before.id
      returning t.id),
    noted as (
      insert into task_events (task_id, generation, type, stage, attempt, data)
      select before.id, before.generation, 'cancelled', before.stage, before.attempt,
             jsonb_build_object('was', before.status) from before join moved on moved.id = before.id)
    select ${WORK_LEFT} from before`);
  return rows.map(toWorkLeft);
}
