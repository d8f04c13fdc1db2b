import type { Stage } from '@ocrelay/contracts';
import type { Db } from '@ocrelay/db';
import { type SQL, sql } from 'drizzle-orm';
import { DUE_JOB, type DueJob, type JobRef, toDueJob } from '../job-ref.ts';
import { IS_ALIVE } from '../leases.ts';
import type { RawRow } from '../rows.ts';
import { SLOT_BACK } from './move.ts';

/**
 * Gives back all that a worker holds, in one update: due at once, for any other worker. What was cut short does not
 * count as a try, or deploys would fail tasks.
 * @param stages only claims of these; null for all.
 * @returns the jobs to be added.
 */
export function releaseClaims(db: Db, workerId: string, stages: readonly Stage[] | null): Promise<DueJob[]> {
  const ofStages = stages === null ? sql`` : sql`and stage = any(${sql.param([...stages])}::text[])`;
  return handBack(db, sql`claimed_by = ${workerId} ${ofStages}`, 'released');
}

/**
 * Gives back what a living worker has claimed but does not work on: a transition that could not be stored, or a claim
 * whose answer was lost. A claim that is taken up or moved on in the meantime is left alone.
 * @param isInHand whether the worker works on it.
 * @returns the jobs to be added.
 */
export async function releaseOrphans(db: Db, workerId: string, isInHand: (ref: JobRef) => boolean): Promise<DueJob[]> {
  const { rows } = await db.execute<RawRow>(sql`
    select ${DUE_JOB} from tasks where claimed_by = ${workerId}`);
  const orphans = rows.map(toDueJob).filter((ref) => !isInHand(ref));
  if (orphans.length === 0) return [];
  return handBack(
    db,
    sql`claimed_by = ${workerId} and (id, generation, dispatch) in (
      select * from unnest(${sql.param(orphans.map((ref) => ref.taskId))}::uuid[],
        ${sql.param(orphans.map((ref) => ref.generation))}::int[], ${sql.param(orphans.map((ref) => ref.dispatch))}::int[]))`,
    'released',
  );
}

/**
 * Takes what dead workers held away from them. Whoever finds a row locked leaves it to the other.
 *
 * Nobody can tell whether such a worker was killed or crashed, nor which of its tasks it crashed over. A result is the only
 * thing that is read in the worker's own process, so tasks of the store stage become suspect: no more than that, however
 * often; what decides is how they are read alone. So do pages of the split stage, whose pictures are made there.
 * @param workerIds the dead; one that has come back to life since keeps what it holds.
 * @param limit most rows at once.
 * @returns the jobs to be added.
 */
export function rescueClaims(db: Db, workerIds: readonly string[], limit: number): Promise<DueJob[]> {
  return handBack(
    db,
    // An array is made once; as a join the limited, locking subquery could run again for each row and take more.
    sql`id = any(array(
      select id from tasks where claimed_by = any(${sql.param([...workerIds])}::uuid[])
        and not exists (select from workers w where w.id = claimed_by and ${IS_ALIVE})
      limit ${limit} for update of tasks skip locked))`,
    'rescued',
  );
}

async function handBack(db: Db, which: SQL, event: 'released' | 'rescued'): Promise<DueJob[]> {
  const isRescue = event === 'rescued';
  const crashes = isRescue ? sql`crashes + case when stage in ('store', 'split') then 1 else 0 end` : sql`crashes`;
  const data = isRescue
    ? sql`case when stage in ('store', 'split') then jsonb_build_object('crashes', crashes) else '{}'::jsonb end`
    : sql`'{}'::jsonb`;
  const { rows } = await db.execute<RawRow>(sql`
    with moved as (
      update tasks set claimed_by = null, dispatch = dispatch + 1, due_at = now(), updated_at = now(),
             attempt = greatest(attempt - 1, 0), crashes = ${crashes}, ${SLOT_BACK}
      where ${which}
      returning ${DUE_JOB}, crashes),
    noted as (
      insert into task_events (task_id, generation, type, stage, attempt, data)
      select id, generation, ${event}, stage, attempt, ${data} from moved)
    select * from moved`);
  return rows.map(toDueJob);
}
