/**
 * What rows were: every version of every task, kept by a trigger in the order of their commits to the row. A test that only
 * looks now and then would miss what lies between.
 */
import type { Stage, Status } from '@ocrelay/contracts';
import type pg from 'pg';

/** A task as it was from one change to the next; null before its row, and after it. */
export interface Version {
  readonly id: string;
  readonly parent_id: string | null;
  readonly page: number | null;
  readonly open_pages: number | null;
  readonly status: Status;
  readonly stage: Stage | null;
  readonly generation: number;
  readonly dispatch: number;
  readonly claimed_by: string | null;
  readonly due_at: string | null;
  readonly deadline_at: string | null;
  readonly parked_at: string | null;
  readonly updated_at: string;
  readonly attempt: number;
  readonly waits: number;
  readonly resubmits: number;
  readonly submissions: number;
  readonly crashes: number;
  readonly ocr_job_id: string | null;
  readonly missing_since: string | null;
  readonly done_pages: number | null;
  readonly total_pages: number | null;
  readonly error_code: string | null;
  readonly error_message: string | null;
}

/** Whether a task of this status has not ended. */
export function isInProgress({ status }: { readonly status: Status }): boolean {
  return status === 'queued' || status === 'ocr_processing';
}

export async function keepHistory(sql: pg.Pool): Promise<void> {
  await sql.query(`
    create table task_history (
      at bigserial primary key, task_id uuid not null, version jsonb, made_by xid8 not null default pg_current_xact_id());
    create function note_version() returns trigger language plpgsql as $$
    begin
      insert into task_history (task_id, version)
        values (coalesce(new.id, old.id), case when tg_op <> 'DELETE' then to_jsonb(new) end);
      return null;
    end $$;
    create trigger note_version after insert or update or delete on tasks for each row execute function note_version();`);
}

/** One change of one task. */
export interface Change {
  readonly taskId: string;
  /** Null: it was deleted. */
  readonly version: Version | null;
  /** The transaction that made it: nobody has seen a part of it. */
  readonly madeBy: string;
}

/** All changes since the last `forgetHistory`, oldest first. */
export async function readHistory(sql: pg.Pool): Promise<Change[]> {
  const { rows } = await sql.query<Change>(
    'select task_id as "taskId", version, made_by::text as "madeBy" from task_history order by at',
  );
  return rows;
}

/** All versions of each task, oldest first. */
export function versionsByTask(history: readonly Change[]): Map<string, Array<Version | null>> {
  const versions = new Map<string, Array<Version | null>>();
  for (const { taskId, version } of history) {
    const of = versions.get(taskId) ?? [];
    of.push(version);
    versions.set(taskId, of);
  }
  return versions;
}

export async function forgetHistory(sql: pg.Pool): Promise<void> {
  await sql.query('delete from task_history');
}
