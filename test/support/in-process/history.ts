/**
 * What rows were: every version of every task, kept by a trigger in the order of their commits to the row. A test that only
 * looks now and then would miss what lies between.
 */
import type { Status } from '@ocrelay/contracts';
import type pg from 'pg';

/** A task as it was from one change to the next; null before its row, and after it. */
export interface Version {
  readonly status: Status;
  readonly stage: 'submit' | 'poll' | 'store' | null;
  readonly generation: number;
  readonly dispatch: number;
  readonly claimed_by: string | null;
  readonly due_at: string | null;
  readonly parked_at: string | null;
  readonly updated_at: string;
  readonly attempt: number;
  readonly waits: number;
  readonly resubmits: number;
  readonly submissions: number;
  readonly ocr_job_id: string | null;
  readonly missing_since: string | null;
  readonly done_pages: number | null;
  readonly total_pages: number | null;
  readonly error_code: string | null;
  readonly error_message: string | null;
}

export async function keepHistory(sql: pg.Pool): Promise<void> {
  await sql.query(`
    create table task_history (at bigserial primary key, task_id uuid not null, version jsonb);
    create function note_version() returns trigger language plpgsql as $$
    begin
      insert into task_history (task_id, version)
        values (coalesce(new.id, old.id), case when tg_op <> 'DELETE' then to_jsonb(new) end);
      return null;
    end $$;
    create trigger note_version after insert or update or delete on tasks for each row execute function note_version();`);
}

/** All versions of all tasks since the last `forgetHistory`, oldest first, by task. */
export async function readHistory(sql: pg.Pool): Promise<Map<string, Array<Version | null>>> {
  const { rows } = await sql.query<{ task_id: string; version: Version | null }>(
    'select task_id, version from task_history order by at',
  );
  const history = new Map<string, Array<Version | null>>();
  for (const { task_id, version } of rows) history.set(task_id, [...(history.get(task_id) ?? []), version]);
  return history;
}

export async function forgetHistory(sql: pg.Pool): Promise<void> {
  await sql.query('delete from task_history');
}
