import type { Db } from '@ocrelay/db';
import { type SQL, sql } from 'drizzle-orm';
import { uuidv7 } from 'uuidv7';
import { DUE_JOB, type DueJob, toDueJob } from './job-ref.ts';
import type { RawRow } from './rows.ts';
import { togetherOrAlone } from './together-or-alone.ts';

/** How long an `Idempotency-Key` stands for its upload. */
export const IDEMPOTENCY_MS = 24 * 60 * 60 * 1000;

/** An image or document that is durably stored and becomes a task. Sizes in bytes and pixels. */
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
  /** Of a document that is to be read page by page; null for what the OCR service takes as it is. */
  readonly pages: number | null;
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
  return uuidv7();
}

/** Inserts tasks; those that come in one moment in one statement. Each throws what its own row is refused for. */
export type TaskCreator = (task: NewTask) => Promise<Created>;

/** Ids of one statement's rows at the most. */
const MOST_AT_ONCE = 50;

/** Makes tasks of many uploads at a time: one commit for all of a moment. An upload with an `Idempotency-Key` goes alone. */
export function createTaskCreator(db: Db): TaskCreator {
  const insert = togetherOrAlone((tasks: readonly NewTask[]) => insertAll(db, tasks), {
    mostAtOnce: MOST_AT_ONCE,
    underWay: 2,
  });
  return async (task) => (task.idempotency === null ? insert(task) : createTask(db, task));
}

/** Inserts one task with its first events. */
export async function createTask(db: Db, task: NewTask): Promise<Created> {
  const [created] = task.idempotency === null ? await insertAll(db, [task]) : [await insertOnce(db, task)];
  if (created === undefined) throw new Error(`the insert of task ${task.id} answered nothing`);
  return created;
}

/** Rows with their first events: in one statement, so a task exists with them or not at all. */
async function insertAll(db: Db, tasks: readonly NewTask[]): Promise<Created[]> {
  const { rows } = await db.execute<RawRow>(sql`
    with ${inTime('given', tasks)}, ${CREATED} select * from created`);
  const jobs = new Map(rows.map((row) => [String(row['id']), jobOf(row)]));
  return tasks.map(({ id }) => {
    const job = jobs.get(id);
    return job === undefined ? { kind: 'too_late' } : { kind: 'created', job };
  });
}

/** The row when its `Idempotency-Key` is new or has run out, else the task that came with it before. */
async function insertOnce(db: Db, task: NewTask): Promise<Created> {
  const { rows } = await db.execute<RawRow>(sql`
    with ${inTime('asked', [task])}, ${keyCte(task)}, given as (select asked.* from asked, key), ${CREATED} select * from created`);
  const row = rows[0];
  if (row !== undefined) return { kind: 'created', job: jobOf(row) };
  return (await isTooLate(db, task)) ? { kind: 'too_late' } : earlierTask(db, task);
}

async function isTooLate(db: Db, task: NewTask): Promise<boolean> {
  const { rowCount } = await db.execute<RawRow>(sql`with ${inTime('asked', [task])} select id from asked`);
  return rowCount === 0;
}

function jobOf(row: RawRow): DueJob | null {
  return row['status'] === 'queued' ? toDueJob(row) : null;
}

/** The CTE of the tasks whose rows may still be made. */
function inTime(name: 'given' | 'asked', tasks: readonly NewTask[]): SQL {
  const column = (type: string, of: (task: NewTask) => unknown) => sql`${sql.param(tasks.map(of))}::${sql.raw(type)}[]`;
  return sql`${sql.raw(name)} as (
    select id, image_path, original_filename, content_type, size_bytes, sha256, width, height, pages, deadline_ms
    from unnest(
      ${column('uuid', (task) => task.id)}, ${column('text', (task) => task.imagePath)},
      ${column('text', (task) => task.originalFilename)}, ${column('text', (task) => task.contentType)},
      ${column('bigint', (task) => task.sizeBytes)}, ${column('text', (task) => task.sha256)},
      ${column('int', (task) => task.width)}, ${column('int', (task) => task.height)}, ${column('int', (task) => task.pages)},
      ${column('float8', (task) => task.startWithDeadlineMs)},
      ${column('timestamptz', (task) => task.insertBefore?.toISOString() ?? null)})
      as g(id, image_path, original_filename, content_type, size_bytes, sha256, width, height, pages, deadline_ms, insert_before)
    where insert_before is null or now() < insert_before)`;
}

/** The CTEs that make tasks of `given`: queued and due at once where a deadline is given, else only uploaded. */
const CREATED = sql`
  created as (
    insert into tasks (id, status, stage, dispatch, due_at, started_at, deadline_at,
                       image_path, original_filename, content_type, size_bytes, sha256, width, height,
                       total_pages, done_pages, open_pages)
    select id, case when deadline_ms is null then 'uploaded' else 'queued' end,
           case when deadline_ms is not null then case when pages is null then 'submit' else 'split' end end,
           case when deadline_ms is null then 0 else 1 end,
           case when deadline_ms is not null then now() end, case when deadline_ms is not null then now() end,
           now() + deadline_ms * interval '1 millisecond',
           image_path, original_filename, content_type, size_bytes, sha256, width, height,
           pages, case when pages is not null then 0 end, case when pages is not null then 0 end
    from given
    returning ${DUE_JOB}, status),
  noted as (
    insert into task_events (task_id, generation, type, stage, attempt)
    select id, generation, 'uploaded', null, 0 from created
    union all
    select id, generation, 'queued', stage, 0 from created where status = 'queued')`;

/** One row when the task is to be made: the key is new or has run out. */
function keyCte(task: NewTask): SQL {
  return sql`key as (
    insert into idempotency_keys as k (key_name, key, task_id, sha256)
    select ${task.idempotency?.keyName}, ${task.idempotency?.key}, asked.id, ${task.sha256} from asked
    on conflict (key_name, key) do update set task_id = excluded.task_id, sha256 = excluded.sha256, created_at = now()
      where k.created_at < now() - ${IDEMPOTENCY_MS} * interval '1 millisecond'
    returning 1)`;
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
