/**
 * The lease is the worker's, not the task's: one heartbeat covers all that a worker holds. All times are the database's.
 */
import type { Db } from '@ocrelay/db';
import { type SQL, sql } from 'drizzle-orm';
import type { RawRow } from './rows.ts';

/** A worker whose last heartbeat is older than this is dead, and others take its tasks up. */
export const LEASE_MS = 10_000;
export const HEARTBEAT_MS = 2_000;

/** As a text, for the heartbeat, which is no statement of drizzle's. */
const HOLDS_LEASE = `heartbeat_at > now() - interval '${LEASE_MS} milliseconds'`;

/** A row of `workers` is that of a living one. Without a table's name: no other table has the column. */
export const IS_ALIVE: SQL = sql.raw(HOLDS_LEASE);

/** One statement on whatever connection the caller has: the heartbeat must not wait for a pool. */
export interface Beat {
  readonly text: string;
  readonly values: unknown[];
}

/**
 * A sign of life; the first one registers. Answers a row with `held`: false when the lease had run out before this beat,
 * so that others may have taken the tasks: the worker must stop what it does.
 */
export function heartbeat(worker: { id: string; hostname: string; pid: number }): Beat {
  return {
    text: `with before as (select ${HOLDS_LEASE} as held from workers where id = $1)
      insert into workers (id, hostname, pid) values ($1, $2, $3)
      on conflict (id) do update set heartbeat_at = now()
      returning coalesce((select held from before), false) as held`,
    values: [worker.id, worker.hostname, worker.pid],
  };
}

/** The worker has given everything back and goes. */
export async function removeWorker(db: Db, workerId: string): Promise<void> {
  await db.execute(sql`delete from workers where id = ${workerId}`);
}

/**
 * Workers whose lease has run out, and those that hold tasks without being registered.
 * Only to be asked by a worker that has itself been beating for a full lease: after a restart of Postgres everybody
 * looks dead for a moment.
 */
export async function deadWorkers(db: Db): Promise<string[]> {
  const { rows } = await db.execute<RawRow>(sql`
    select id from workers where not (${IS_ALIVE})
    union
    select distinct claimed_by from tasks t
    where claimed_by is not null and not exists (select from workers w where w.id = t.claimed_by)`);
  return rows.map((row) => String(row['id']));
}

/** Whether of all workers that live this one has lived longest. For work that need not be done by all of them. */
export async function isEldestWorker(db: Db, workerId: string): Promise<boolean> {
  const { rows } = await db.execute<RawRow>(sql`
    select id from workers where ${IS_ALIVE} order by started_at, id limit 1`);
  return rows[0]?.['id'] === workerId;
}

/** Removes dead workers that hold nothing any more; a worker that wakes up after that registers again. */
export async function pruneWorkers(db: Db): Promise<void> {
  await db.execute(sql`
    delete from workers w where heartbeat_at <= now() - ${LEASE_MS * 6} * interval '1 millisecond'
      and not exists (select from tasks t where t.claimed_by = w.id)`);
}
