import type { Status } from '@ocrelay/contracts';
import type { Db } from '@ocrelay/db';
import { sql } from 'drizzle-orm';
import type { RawRow } from '../rows.ts';
import { toWorkLeft, WORK_LEFT, type WorkLeft } from './work-left.ts';

/** What a cancel did. */
export type Cancelled =
  | { readonly kind: 'cancelled'; readonly left: WorkLeft }
  | { readonly kind: 'already_cancelled' }
  /** It had ended before, one way or the other. */
  | { readonly kind: 'already_ended'; readonly status: Status }
  | { readonly kind: 'not_found' };

/**
 * uploaded | queued | ocr_processing → cancelled, whoever holds the task: its claim is taken away and its dispatch raised,
 * so that no job and no late answer can touch it. Needs neither queue nor service. The OCR job's id stays, to be seen.
 */
export async function cancel(db: Db, taskId: string): Promise<Cancelled> {
  // Locked first, so that what is left behind is told of the very row that is changed, and not of one before a worker's move.
  const { rows } = await db.execute<RawRow>(sql`
    with before as (
      select ${WORK_LEFT} from tasks
      where id = ${taskId} and status in ('uploaded', 'queued', 'ocr_processing') for update),
    moved as (
      update tasks t set status = 'cancelled', claimed_by = null, due_at = null, parked_at = null, dispatch = t.dispatch + 1,
             waits = 0, waiting_reason = null, missing_since = null, error_code = null, error_message = null,
             finished_at = now(), updated_at = now()
      from before where t.id = before.id
      returning t.id),
    noted as (
      insert into task_events (task_id, generation, type, stage, attempt, data)
      select before.id, before.generation, 'cancelled', before.stage, before.attempt,
             jsonb_build_object('was', before.status) from before join moved on moved.id = before.id)
    select ${WORK_LEFT} from before`);
  const row = rows[0];
  if (row !== undefined) return { kind: 'cancelled', left: toWorkLeft(row) };
  const found = await db.execute<RawRow>(sql`select status from tasks where id = ${taskId}`);
  const status = found.rows[0]?.['status'] as Status | undefined;
  if (status === undefined) return { kind: 'not_found' };
  if (status === 'cancelled') return { kind: 'already_cancelled' };
  // Started again between the two statements: there is a run to be cancelled.
  if (status !== 'ocr_done' && status !== 'ocr_failed') return cancel(db, taskId);
  return { kind: 'already_ended', status };
}
