/**
 * What can be put right of the rows that `consistency.ts` finds. Each mend repeats what its rows were found by: one that has
 * moved on since, or that a worker holds, is left alone.
 */
import type { Db } from '@ocrelay/db';
import { sql } from 'drizzle-orm';
import { IS_ABANDONED, type TaskRun } from './consistency.ts';
import { DUE_JOB, type DueJob, dueJobOf, toDueJob } from './job-ref.ts';
import { NO_OPEN_PAGES } from './pages/end-of-page.ts';
import { readPageAgain } from './pages/restart-page.ts';
import type { RawRow } from './rows.ts';
import { inMs, newRun } from './transitions/new-run.ts';

/** Tasks in progress that nobody holds and that are never due become due now. @returns the jobs to be added. */
export async function takeUpAbandoned(db: Db, limit: number): Promise<DueJob[]> {
  const { rows } = await db.execute<RawRow>(sql`
    with lost as (select id from tasks where ${IS_ABANDONED} order by id limit ${limit} for update skip locked),
    moved as (
      update tasks t set due_at = now(), ${NO_OPEN_PAGES}, dispatch = t.dispatch + 1, updated_at = now()
      from lost where t.id = lost.id
      returning ${dueJobOf('t')}),
    noted as (
      insert into task_events (task_id, generation, type, stage, attempt)
      select id, generation, 'rescued', stage, attempt from moved)
    select * from moved`);
  return rows.map(toDueJob);
}

/**
 * ocr_done → queued, in a new generation, for a task whose reading is not there; a result of an earlier run goes, since it
 * would be in the way of the new one. To be called only when the image is known to be the one that was uploaded. A document of
 * a page is stored anew when the page is.
 * @returns the job to be added; null when the task has moved on, or has its reading.
 */
export async function readAgain(db: Db, run: TaskRun, deadlineMs: number): Promise<DueJob | null> {
  const { rows } = await db.execute<RawRow>(sql`
    with chosen as (
      select id, generation from tasks t
      where id = ${run.taskId} and generation = ${run.generation} and status = 'ocr_done' and parent_id is null
        and not exists (select from ocr_results r where r.task_id = t.id and r.generation = t.generation)
      for update),
    dropped as (
      delete from ocr_results r using chosen where r.task_id = chosen.id and r.generation < chosen.generation),
    moved as (
      update tasks set ${newRun(inMs(deadlineMs))} where id in (select id from chosen)
      returning ${DUE_JOB}),
    noted as (
      insert into task_events (task_id, generation, type, stage, attempt, data)
      select id, generation, 'queued', stage, 0, '{"reason": "result_missing"}'::jsonb from moved)
    select * from moved`);
  return rows[0] === undefined ? readPageAgain(db, run, deadlineMs) : toDueJob(rows[0]);
}

/** Removes results of tasks that are not done. A result and its task's status are stored as one. @returns how many. */
export async function dropStrayResults(db: Db, taskIds: readonly string[]): Promise<number> {
  const { rowCount } = await db.execute(sql`
    delete from ocr_results r using tasks t
    where r.task_id = any(${sql.param([...taskIds])}::uuid[]) and t.id = r.task_id and t.status <> 'ocr_done'`);
  return rowCount ?? 0;
}
