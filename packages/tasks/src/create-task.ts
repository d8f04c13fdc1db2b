import type { Db } from '@ocrelay/db';
import { type SQL, sql } from 'drizzle-orm';
import { v7 } from 'uuid';
import { type DueJob, toDueJob } from './job-ref.ts';
import type { RawRow } from './rows.ts';

/** How long an `Idempotency-Key` stands for its upload. */
export const IDEMPOTENCY_MS = 24 * 60 * 60 * 1000;

/** An image that is durably stored and becomes a task. Sizes in bytes and pixels. */
export interface NewTask {
  readonly id: string;
  readonly imagePath: string;
  readonly originalFilename: string | null;
  readonly contentType: string;
  readonly sizeBytes: number;
  /** Hex. */
  readonly sha256: string;
  readonly width: number;
  readonly height: number;
  /** Null: only uploaded. Else OCR starts at once, and this is how long it may take in all, in ms. */
  readonly startWithDeadlineMs: number | null;
  readonly idempotency: { readonly keyName: string; readonly key: string } | null;
  /** By the database's clock, no row is made from then on: see `upload-fence`. */
  readonly insertBefore?: Date;
}

export type Created =
  | { readonly kind: 'created'; readonly job: DueJob | null }
  /** The same key with the same content came before: this is its task. */
  | { readonly kind: 'repeated'; readonly taskId: string; readonly imagePath: string }
  /** The same key came before with other content. */
  | { readonly kind: 'conflict'; readonly taskId: string }
  /** The image may be swept by now: no row was made. */
  | { readonly kind: 'too_late' };

/** A new task id: a UUID of version 7 (RFC 9562), so that ids sort by creation. */
export function newTaskId(): string {
  return v7();
}

/** Inserts the row with its first events: in one statement, so the task exists with them or not at all. */
export async function createTask(db: Db, task: NewTask): Promise<Created> {
  const { rows } = await db.execute<RawRow>(sql`
    with ${keyCte(task)},
    created as (
      insert into tasks (id, status, stage, dispatch, due_at, started_at, deadline_at,
                         image_path, original_filename, content_type, size_bytes, sha256, width, height)
      select ${task.id}::uuid, ${statusColumns(task.startWithDeadlineMs)},
             ${task.imagePath}, ${task.originalFilename}, ${task.contentType}, ${task.sizeBytes}::bigint, ${task.sha256},
             ${task.width}::int, ${task.height}::int
      from key
      returning id, stage, generation, dispatch, attempt, status),
    noted as (
      insert into task_events (task_id, generation, type, stage, attempt)
      select id, generation, 'uploaded', null, 0 from created
      union all
      select id, generation, 'queued', stage, 0 from created where status = 'queued')
    select * from created`);
  const row = rows[0];
  if (row !== undefined) return { kind: 'created', job: row['status'] === 'queued' ? toDueJob(row) : null };
  return (await isTooLate(db, task)) ? { kind: 'too_late' } : earlierTask(db, task);
}

/** One row when the task is to be made: the key is new, has run out, or there is none. */
function keyCte(task: NewTask): SQL {
  if (task.idempotency === null) return sql`key as (select 1 where ${inTime(task)})`;
  const { keyName, key } = task.idempotency;
  return sql`key as (
    insert into idempotency_keys as k (key_name, key, task_id, sha256)
    select ${keyName}, ${key}, ${task.id}::uuid, ${task.sha256} where ${inTime(task)}
    on conflict (key_name, key) do update set task_id = excluded.task_id, sha256 = excluded.sha256, created_at = now()
      where k.created_at < now() - ${IDEMPOTENCY_MS} * interval '1 millisecond'
    returning 1)`;
}

function inTime({ insertBefore }: NewTask): SQL {
  return sql`coalesce(now() < ${insertBefore?.toISOString() ?? null}::timestamptz, true)`;
}

async function isTooLate(db: Db, task: NewTask): Promise<boolean> {
  const { rows } = await db.execute<RawRow>(sql`select ${inTime(task)} as in_time`);
  return rows[0]?.['in_time'] !== true;
}

function statusColumns(startWithDeadlineMs: number | null): SQL {
  if (startWithDeadlineMs === null)
    return sql`'uploaded', null, 0, null::timestamptz, null::timestamptz, null::timestamptz`;
  return sql`'queued', 'submit', 1, now(), now(), now() + ${startWithDeadlineMs} * interval '1 millisecond'`;
}

async function earlierTask(db: Db, task: NewTask): Promise<Created> {
  const { rows } = await db.execute<RawRow>(sql`
    select k.task_id, k.sha256, t.image_path from idempotency_keys k join tasks t on t.id = k.task_id
    where k.key_name = ${task.idempotency?.keyName} and k.key = ${task.idempotency?.key}`);
  const row = rows[0];
  // Deleted between the two statements, key and all: the key is free again.
  if (row === undefined) return createTask(db, task);
  const taskId = String(row['task_id']);
  if (row['sha256'] !== task.sha256) return { kind: 'conflict', taskId };
  return { kind: 'repeated', taskId, imagePath: String(row['image_path']) };
}
