import type { Status } from '@ocrelay/contracts';
import type { Db } from '@ocrelay/db';
import { sql } from 'drizzle-orm';
import { DUE_JOB, type DueJob, toDueJob } from '../job-ref.ts';
import { type RestartedPages, restartPage } from '../pages/restart-page.ts';
import type { RawRow } from '../rows.ts';
import { inMs, newRun, QUEUED_NOTED } from './new-run.ts';

/** What a start did. */
export type Started =
  /** The task is on its way in a new run; its job is to be added. */
  | { readonly kind: 'started'; readonly job: DueJob }
  /** It was on its way already. */
  | { readonly kind: 'in_progress' }
  /** It is a page of a document that is about to be split, which starts it again. */
  | { readonly kind: 'waits_for_document' }
  | { readonly kind: 'already_done' }
  /** It is a page of a document that was cancelled. */
  | { readonly kind: 'document_cancelled'; readonly documentId: string }
  | { readonly kind: 'not_found' };

/**
 * uploaded → queued; and ocr_failed | cancelled → queued, in a new generation that knows no OCR job.
 * @param deadlineMs from now to the latest end of the task, by the database's clock.
 */
export async function start(db: Db, taskId: string, deadlineMs: number): Promise<Started> {
  const { rows } = await db.execute<RawRow>(sql`
    with moved as (
      update tasks set ${newRun(inMs(deadlineMs))}
      where id = ${taskId} and parent_id is null and status in ('uploaded', 'ocr_failed', 'cancelled')
      returning ${DUE_JOB}),
    ${QUEUED_NOTED}
    select * from moved`);
  const row = rows[0];
  if (row !== undefined) return { kind: 'started', job: toDueJob(row) };
  const found = await db.execute<RawRow>(sql`select status, parent_id from tasks where id = ${taskId}`);
  const [task] = found.rows;
  if (task === undefined) return { kind: 'not_found' };
  if (task['parent_id'] !== null) return startPage(await restartPage(db, taskId, deadlineMs));
  return { kind: (task['status'] as Status) === 'ocr_done' ? 'already_done' : 'in_progress' };
}

function startPage(page: RestartedPages): Started {
  return page.kind === 'restarted' ? { kind: 'started', job: page.jobs[0] } : page;
}
