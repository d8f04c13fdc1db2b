/**
 * What the reconciler asks and tells the rows. The rows decide; the queue is only compared with them.
 */
import type { Db } from '@ocrelay/db';
import { sql } from 'drizzle-orm';
import { isInProgress } from './in-progress.ts';
import { DUE_JOB, type DueJob, dueJobOf, type JobRef, toDueJob } from './job-ref.ts';
import { BEFORE_ALL, type RawRow } from './rows.ts';
import { asked, IS_FREE } from './transitions/claim.ts';

/**
 * A job is added right after its transition; a row that has been due for less than this is not late, and looking for
 * its job would only race with that.
 */
const GRACE_MS = 2_000;

/** A job that is due, and for how long it has been, ms. */
export interface LateJob extends DueJob {
  readonly lateMs: number;
}

/** Since when a row has been due without being looked at. An index is sorted by it. */
export const UNSEEN_SINCE = sql`greatest(seen_at, due_at)`;

/**
 * The rows that are due, claimed by nobody, and have been looked at by nobody for longest; marks them as seen. So a large backlog is
 * gone through in turn, whatever comes in meanwhile, and a round costs the same for a small one.
 */
export async function takeLongestUnseen(db: Db, limit: number): Promise<LateJob[]> {
  const { rows } = await db.execute<RawRow>(sql`
    with due as (
      select id from tasks
      where claimed_by is null and due_at is not null and due_at <= now() - ${GRACE_MS} * interval '1 millisecond'
      order by ${UNSEEN_SINCE} limit ${limit} for update skip locked)
    update tasks t set seen_at = now() from due where t.id = due.id
    returning ${dueJobOf('t')}, extract(epoch from now() - t.due_at) * 1000 as late_ms`);
  return rows.map((row) => ({ ...toDueJob(row), lateMs: Number(row['late_ms']) }));
}

/**
 * Gives rows whose job the queue has buried (finished without a claim) a new dispatch, since a kept job swallows a
 * second one of its id. Rows that have moved since are left alone.
 * @returns the jobs to be added.
 */
export async function redispatch(db: Db, buried: readonly JobRef[]): Promise<DueJob[]> {
  if (buried.length === 0) return [];
  const { rows } = await db.execute<RawRow>(sql`
    update tasks t set dispatch = t.dispatch + 1, updated_at = now() from ${asked(buried)} where ${IS_FREE}
    returning ${dueJobOf('t')}, extract(epoch from t.due_at - now()) * 1000 as delay_ms`);
  return rows.map(toDueJob);
}

/**
 * All rows that should have a job, due now or later, page by page in the order of their ids: what a lost queue is
 * rebuilt from.
 */
export async function* allUnclaimed(db: Db, pageSize: number): AsyncGenerator<DueJob[]> {
  let after = BEFORE_ALL;
  for (;;) {
    const { rows } = await db.execute<RawRow>(sql`
      select ${DUE_JOB}, extract(epoch from due_at - now()) * 1000 as delay_ms
      from tasks
      where claimed_by is null and due_at is not null and ${isInProgress()} and id > ${after}
      order by id limit ${pageSize}`);
    if (rows.length === 0) return;
    yield rows.map(toDueJob);
    after = String(rows.at(-1)?.['id']);
  }
}

/** Forgets idempotency keys that have served their time. */
export async function pruneIdempotencyKeys(db: Db, olderThanMs: number): Promise<void> {
  await db.execute(sql`
    delete from idempotency_keys where ctid = any(array(
      select ctid from idempotency_keys where created_at < now() - ${olderThanMs} * interval '1 millisecond' limit 1000))`);
}
