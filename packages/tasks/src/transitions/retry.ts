import type { ErrorCode, Status } from '@ocrelay/contracts';
import type { Db } from '@ocrelay/db';
import { type SQL, sql } from 'drizzle-orm';
import { DUE_JOB, type DueJob, dueJobOf, toDueJob } from '../job-ref.ts';
import { type RestartedPages, restartPage, restartUnreadPages } from '../pages/restart-page.ts';
import type { RawRow } from '../rows.ts';
import { inMs, newRun, QUEUED_NOTED } from './new-run.ts';

/** What a retry did. */
export type Retried =
  /** The task, or what was not read of it, is on its way in a new run; the jobs are to be added. */
  | { readonly kind: 'retried'; readonly jobs: readonly [DueJob, ...DueJob[]] }
  /** It is on its way already. */
  | { readonly kind: 'in_progress' }
  /** It has not been started, or it is done. */
  | { readonly kind: 'nothing_to_retry'; readonly status: Status }
  /** It is a page of a document that was cancelled. */
  | { readonly kind: 'document_cancelled'; readonly documentId: string }
  | { readonly kind: 'not_found' };

/**
 * ocr_failed | cancelled → queued, in a new generation that knows no OCR job. Of a document that is done but for some of its pages,
 * these are tried again, and what was read stays.
 * @param deadlineMs from now to the latest end of the task, by the database's clock.
 */
export async function retry(db: Db, taskId: string, deadlineMs: number): Promise<Retried> {
  const { rows } = await db.execute<RawRow>(sql`
    with moved as (
      update tasks set ${newRun(inMs(deadlineMs))}
      where id = ${taskId} and parent_id is null and status in ('ocr_failed', 'cancelled')
      returning ${DUE_JOB}),
    ${QUEUED_NOTED}
    select * from moved`);
  const row = rows[0];
  if (row !== undefined) return { kind: 'retried', jobs: [toDueJob(row)] };
  const found = await db.execute<RawRow>(sql`
    select status, parent_id, open_pages is not null and done_pages < total_pages as lacks_pages
    from tasks where id = ${taskId}`);
  const [task] = found.rows;
  if (task === undefined) return { kind: 'not_found' };
  if (task['parent_id'] !== null) return retryPages(await restartPage(db, taskId, deadlineMs));
  const status = task['status'] as Status;
  if (status === 'ocr_done' && task['lacks_pages'] === true)
    return retryPages(await restartUnreadPages(db, taskId, deadlineMs));
  if (status === 'uploaded' || status === 'ocr_done') return { kind: 'nothing_to_retry', status };
  // Failed or cancelled between the two statements: there is a run to be retried.
  if (status === 'ocr_failed' || status === 'cancelled') return retry(db, taskId, deadlineMs);
  return { kind: 'in_progress' };
}

function retryPages(pages: RestartedPages): Retried {
  if (pages.kind === 'restarted') return { kind: 'retried', jobs: pages.jobs };
  if (pages.kind === 'already_done') return { kind: 'nothing_to_retry', status: 'ocr_done' };
  return pages.kind === 'waits_for_document' ? { kind: 'in_progress' } : pages;
}

/** Which of the tasks that have ended. */
export interface RetryFilter {
  readonly status: 'ocr_failed' | 'cancelled';
  /** Null: whatever they failed with. */
  readonly errorCode: ErrorCode | null;
  /** Ended then or later; null: ever. */
  readonly finishedAfter: Date | null;
  /** Ended earlier than that; null: whenever. */
  readonly finishedBefore: Date | null;
}

/** A step of a bulk retry. */
export interface RetriedBatch {
  /** To be added. */
  readonly jobs: DueJob[];
  /** Where the next step begins; null when there is nothing beyond. */
  readonly nextAfter: string | null;
}

/**
 * ocr_failed | cancelled → queued for many, in the order of their ids: looks at no more than `pageSize` tasks of the status
 * beyond `after`, and moves at most `limit` of those that fit, in one statement. A row that somebody else holds is left to
 * him.
 */
export async function retryBatch(
  db: Db,
  filter: RetryFilter,
  step: { readonly after: string; readonly pageSize: number; readonly limit: number; readonly deadlineMs: number },
): Promise<RetriedBatch> {
  const { rows } = await db.execute<RawRow>(sql`
    with page as materialized (
      select id from tasks where parent_id is null and status = ${filter.status} and id > ${step.after} order by id limit ${step.pageSize}),
    chosen as (
      select t.id from tasks t join page on page.id = t.id where ${fits(filter)}
      order by t.id limit ${step.limit} for update of t skip locked),
    moved as (
      update tasks t set ${newRun(inMs(step.deadlineMs))} from chosen where t.id = chosen.id
      returning ${dueJobOf('t')}),
    ${QUEUED_NOTED},
    far as (
      select (array_agg(id order by id desc))[1] as last_id, count(*) as looked_at from page)
    select moved.*, far.last_id, far.looked_at from far left join moved on true`);
  const { last_id: lastId, looked_at: lookedAt } = rows[0] ?? {};
  const jobs = rows.filter((row) => row['id'] !== null).map(toDueJob);
  return { jobs, nextAfter: Number(lookedAt) < step.pageSize ? null : String(lastId) };
}

/** Whether a task beyond `after` would be retried. */
export async function anyToRetry(db: Db, filter: RetryFilter, after: string): Promise<boolean> {
  const { rows } = await db.execute<RawRow>(sql`
    select t.id from tasks t where ${fits(filter)} and t.id > ${after} order by t.id limit 1`);
  return rows.length > 0;
}

/** The same text whatever is asked for: statements are prepared by their text. */
function fits({ status, errorCode, finishedAfter, finishedBefore }: RetryFilter): SQL {
  return sql`t.parent_id is null and t.status = ${status}
    and (${errorCode}::text is null or t.error_code = ${errorCode})
    and (${finishedAfter}::timestamptz is null or t.finished_at >= ${finishedAfter})
    and (${finishedBefore}::timestamptz is null or t.finished_at < ${finishedBefore})`;
}
