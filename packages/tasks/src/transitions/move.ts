import type { Db } from '@ocrelay/db';
import { type SQL, sql } from 'drizzle-orm';
import { DUE_JOB, type DueJob, toDueJob } from '../job-ref.ts';
import { AFTER_DOCUMENTS, CLOSING, lockedDocuments } from '../pages/end-of-page.ts';
import type { RawRow } from '../rows.ts';
import type { Claim } from './claim.ts';
import { counted, NOT_COUNTED } from './counted.ts';
import { isClaimedBy } from './guards.ts';

/** An entry of the timeline. */
export interface TaskEvent {
  readonly type: string;
  readonly data?: Record<string, unknown>;
  /** Counts on in the last entry when that is alike, instead of adding one. */
  readonly repeats?: true;
}

/** What lets go of a claim: the next job of the task gets an id of its own. */
export const UNCLAIMED = sql`claimed_by = null, dispatch = dispatch + 1`;
/** A submit that did not come about has no endpoint any more: its slot there is free. */
export const SLOT_BACK = sql`ocr_endpoint = case when stage = 'submit' then null else ocr_endpoint end`;
/** Nothing is wrong now. */
export const NO_ERROR = sql`error_code = null, error_message = null, waiting_reason = null`;
/** Due in so many ms by the database's clock. */
export const dueIn = (ms: number): SQL => sql`due_at = now() + ${ms} * interval '1 millisecond'`;

/**
 * One guarded update of a claimed task together with its event, in one statement: in one round trip no process can be
 * frozen while it holds a row lock, and no crash can part the two.
 * @param condition on top of the guard; `UNSYNCED` makes the commit quick.
 * @returns the task's next job; null when the claim is no longer ours (a newer run, a cancel, a lost lease), and nothing
 * was changed.
 */
export async function move(
  db: Db,
  claim: Claim,
  set: SQL,
  event: TaskEvent | null,
  condition: SQL = sql`true`,
): Promise<DueJob | null> {
  const { rows } = await db.execute<RawRow>(sql`
    with moved as (
      update tasks set ${set}, updated_at = now()
      where ${heldBy(claim)} and ${condition}
      returning ${DUE_JOB}, due_at)
    ${event === null ? sql`` : sql`, ${noted(event, claim)}`}
    select ${DUE_JOB}, extract(epoch from due_at - now()) * 1000 as delay_ms from moved`);
  const row = rows[0];
  return row === undefined ? null : toDueJob(row);
}

/**
 * As `move`, for what ends a task: a document that it is a page of takes notice, in the same statement.
 * @returns null when the claim is no longer ours; else, as `document`, the job of the document whose last page the task was.
 */
export async function end(
  db: Db,
  claim: Claim,
  set: SQL,
  event: TaskEvent,
): Promise<{ readonly document: DueJob | null } | null> {
  if (claim.parentId === null) return (await move(db, claim, set, event)) && { document: null };
  const { rows } = await db.execute<RawRow>(sql`
    with ${lockedDocuments([claim.parentId])},
    moved as (
      update tasks set ${set}, updated_at = now() where ${heldBy(claim)} and ${AFTER_DOCUMENTS}
      returning ${DUE_JOB}, parent_id, status),
    ${noted(event, claim)}, ${CLOSING}
    select ${DUE_JOB}, 1 as open_pages from moved
    union all select ${DUE_JOB}, open_pages from closing`);
  if (rows.length === 0) return null;
  const due = rows.find((row) => row['open_pages'] === 0);
  return { document: due === undefined ? null : toDueJob(due) };
}

/** The guard of every move: the claim still stands. Columns without a table's name: only `tasks` may have them in the statement. */
export function heldBy(claim: Claim): SQL {
  return sql`id = ${claim.taskId} and generation = ${claim.generation} and dispatch = ${claim.dispatch}
    and ${isClaimedBy(claim.workerId)}`;
}

/** The CTEs that write the event of `moved`; stage and attempt are those of the try that ends with it. */
function noted(event: TaskEvent, claim: Claim): SQL {
  const data = sql`${JSON.stringify(event.data ?? {})}::jsonb`;
  const insert = sql`
    insert into task_events (task_id, generation, type, stage, attempt, data)
    select id, generation, ${event.type}, ${claim.stage}, ${claim.attempt}, ${data} from moved`;
  if (event.repeats !== true) return sql`noted as (${insert})`;
  return sql`${counted(event.type, data)}, noted as (${insert} where ${NOT_COUNTED})`;
}
