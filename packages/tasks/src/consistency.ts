/**
 * What is true of the rows of a healthy installation, as questions: which rows break it. For whoever checks one; workers
 * ask none of this.
 *
 * All rows are gone through by their keys, a page at a time, so that memory is bounded and no statement is long. Nothing
 * here locks or writes; `mends.ts` does.
 */
import type { Db } from '@ocrelay/db';
import { type SQL, sql } from 'drizzle-orm';
import { isInProgress } from './in-progress.ts';
import { DUE_JOB, type DueJob, toDueJob } from './job-ref.ts';
import { IS_ALIVE } from './leases.ts';
import { BEFORE_ALL, date, type RawRow } from './rows.ts';

/** One run of a task. */
export interface TaskRun {
  readonly taskId: string;
  readonly generation: number;
}

/** A worker as the database sees it. */
export interface WorkerSeen {
  readonly id: string;
  /** Null when it is not registered, and yet holds tasks. */
  readonly registered: {
    readonly hostname: string;
    readonly pid: number;
    readonly startedAt: Date;
    /** Since its last heartbeat. */
    readonly silentForMs: number;
  } | null;
  readonly isAlive: boolean;
  /** Tasks that it holds. */
  readonly claims: number;
}

/** All that are registered, and those that hold tasks without being registered. */
export async function workersSeen(db: Db): Promise<WorkerSeen[]> {
  const { rows } = await db.execute<RawRow>(sql`
    select w.id, w.hostname, w.pid, w.started_at, extract(epoch from now() - w.heartbeat_at) * 1000 as silent_ms,
           ${IS_ALIVE} as is_alive, (select count(*) from tasks t where t.claimed_by = w.id) as claims
    from workers w
    union all
    select t.claimed_by, null, null, null, null, false, count(*) from tasks t
    where t.claimed_by is not null and not exists (select from workers w where w.id = t.claimed_by) group by t.claimed_by
    order by 1`);
  return rows.map((row) => {
    const registered =
      row['hostname'] === null
        ? null
        : {
            hostname: String(row['hostname']),
            pid: Number(row['pid']),
            startedAt: date(row['started_at']),
            silentForMs: Math.round(Number(row['silent_ms'])),
          };
    return {
      id: String(row['id']),
      registered,
      isAlive: row['is_alive'] === true,
      claims: Number(row['claims']),
    };
  });
}

/** Tasks that are done, and whose reading is not there. */
export async function* doneWithoutResult(db: Db, pageSize: number): AsyncGenerator<TaskRun[]> {
  yield* pages(
    (after) =>
      db.execute<RawRow>(sql`
        with page as materialized (
          select id, generation from tasks where status = 'ocr_done' and id > ${after} order by id limit ${pageSize})
        select page.id as key, page.generation, r.there is null as bad
        from page left join lateral (
          -- The offset keeps it a look-up for each row; as a plain join it could read all results for each page.
          select true as there from ocr_results r
          where r.task_id = page.id and r.generation = page.generation offset 0) as r on true
        order by page.id`),
    (row) => ({ taskId: String(row['key']), generation: Number(row['generation']) }),
  );
}

/** Results of tasks that are not done: nobody is given them, and while one is there its task cannot end with another. */
export async function* strayResults(db: Db, pageSize: number): AsyncGenerator<TaskRun[]> {
  yield* pages(
    (after) =>
      db.execute<RawRow>(sql`
        with page as materialized (
          select task_id, generation from ocr_results where task_id > ${after} order by task_id limit ${pageSize})
        select page.task_id as key, page.generation, t.status <> 'ocr_done' as bad
        from page join tasks t on t.id = page.task_id order by page.task_id`),
    (row) => ({ taskId: String(row['key']), generation: Number(row['generation']) }),
  );
}

/**
 * Results whose bytes are not those that were stored. Postgres hashes them where they are.
 * @param pageBytes about how much one statement hashes; a single result may be larger.
 */
export async function* alteredResults(db: Db, pageSize: number, pageBytes: number): AsyncGenerator<TaskRun[]> {
  yield* pages(
    (after) =>
      db.execute<RawRow>(sql`
        with sized as materialized (
          select task_id, octet_length(raw) as bytes from ocr_results
          where task_id > ${after} order by task_id limit ${pageSize}),
        page as materialized (
          select task_id from (
            select task_id, sum(bytes) over (order by task_id) - bytes as before from sized) as summed
          where before < ${pageBytes})
        select r.task_id as key, r.generation, encode(sha256(r.raw), 'hex') <> r.raw_sha256 as bad
        from page join ocr_results r on r.task_id = page.task_id order by r.task_id`),
    (row) => ({ taskId: String(row['key']), generation: Number(row['generation']) }),
  );
}

/** An image that a task says is in the store. */
export interface KnownImage {
  readonly taskId: string;
  readonly imagePath: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** The images of all tasks; not those of pages that are still to be rendered. */
export async function* knownImages(db: Db, pageSize: number): AsyncGenerator<KnownImage[]> {
  yield* pages(
    (after) =>
      db.execute<RawRow>(sql`
        select id as key, image_path, size_bytes, sha256, true as bad
        from tasks where sha256 <> '' and id > ${after} order by id limit ${pageSize}`),
    (row) => ({
      taskId: String(row['key']),
      imagePath: String(row['image_path']),
      sizeBytes: Number(row['size_bytes']),
      sha256: String(row['sha256']),
    }),
  );
}

/** Those of the tasks that are still there: a deletion takes the row first, and then the image. */
export async function stillThere(db: Db, taskIds: readonly string[]): Promise<Set<string>> {
  const { rows } = await db.execute<RawRow>(sql`
    select id from tasks where id = any(${sql.param([...taskIds])}::uuid[])`);
  return new Set(rows.map((row) => String(row['id'])));
}

/** How many tasks there are: Postgres' own estimate, which costs nothing; for showing how far one has come. */
export async function estimateTasks(db: Db): Promise<number> {
  const { rows } = await db.execute<RawRow>(sql`
    select greatest(reltuples, 0)::bigint as tasks from pg_class where oid = 'tasks'::regclass`);
  return Number(rows[0]?.['tasks'] ?? 0);
}

/** Tasks that should have ended so long ago, the latest first at most `limit`. */
export async function overdueTasks(db: Db, forMs: number, limit: number): Promise<string[]> {
  const { rows } = await db.execute<RawRow>(sql`
    select id from tasks
    where ${isInProgress()} and deadline_at <= now() - ${forMs} * interval '1 millisecond'
    order by deadline_at limit ${limit}`);
  return rows.map((row) => String(row['id']));
}

/**
 * A row of `tasks` is that of one in progress that nobody holds and that is never due. A constraint of the table forbids it but for
 * documents that wait for their pages, and those are woken by the last one; a table that was restored without its constraints, or
 * in parts, may have such rows.
 */
export const IS_ABANDONED: SQL = sql`${isInProgress()} and claimed_by is null and due_at is null
  and parked_at is null and not (open_pages > 0 is true and exists (
    select from tasks p where p.parent_id = tasks.id and ${isInProgress('p')}))`;

/** Tasks in progress that nobody holds and that are never due: nothing would ever happen to them. At most `limit`. */
export async function abandonedTasks(db: Db, limit: number): Promise<string[]> {
  const { rows } = await db.execute<RawRow>(sql`select id from tasks where ${IS_ABANDONED} order by id limit ${limit}`);
  return rows.map((row) => String(row['id']));
}

/** Tasks that have been due for so long and that nobody holds: each should have a job, or be claimed at any moment. */
export async function* longDue(db: Db, forMs: number, pageSize: number): AsyncGenerator<DueJob[]> {
  yield* pages(
    (after) =>
      db.execute<RawRow>(sql`
        select id as key, ${DUE_JOB}, true as bad from tasks
        where claimed_by is null and due_at is not null and due_at <= now() - ${forMs} * interval '1 millisecond'
          and ${isInProgress()} and id > ${after}
        order by id limit ${pageSize}`),
    toDueJob,
  );
}

/** Page after page by `key`, up to one that is empty; of each the rows that are `bad`, where there are any. */
async function* pages<T>(
  ask: (after: string) => Promise<{ readonly rows: RawRow[] }>,
  read: (row: RawRow) => T,
): AsyncGenerator<T[]> {
  let after = BEFORE_ALL;
  for (;;) {
    const { rows } = await ask(after);
    if (rows.length === 0) return;
    const bad = rows.filter((row) => row['bad'] === true).map(read);
    if (bad.length > 0) yield bad;
    after = String(rows.at(-1)?.['key']);
  }
}
