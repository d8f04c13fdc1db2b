import type { Status } from '@ocrelay/contracts';
import type { Db } from '@ocrelay/db';
import { type SQL, sql } from 'drizzle-orm';
import { isInProgress } from '../in-progress.ts';
import { DUE_JOB, type DueJob, toDueJob } from '../job-ref.ts';
import type { RawRow } from '../rows.ts';
import { NO_ERROR } from '../transitions/move.ts';
import { inMs, newRun, QUEUED_NOTED } from '../transitions/new-run.ts';

/** What a restart of pages did. */
export type RestartedPages =
  /** They are on their way in a new run; their jobs, one at least, are to be added. */
  | { readonly kind: 'restarted'; readonly jobs: readonly [DueJob, ...DueJob[]] }
  /** They are on their way already. */
  | { readonly kind: 'in_progress' }
  /** Their document is about to be split, which starts them again. */
  | { readonly kind: 'waits_for_document' }
  | { readonly kind: 'already_done' }
  /** Its document was cancelled, and is to be started again as a whole. */
  | { readonly kind: 'document_cancelled'; readonly documentId: string }
  | { readonly kind: 'not_found' };

/** A page that has ended without a reading. */
const ENDED = sql`status in ('ocr_failed', 'cancelled')`;

/**
 * ocr_failed | cancelled → queued, for one page, in a new generation. Its document, which has ended or waits for its other pages,
 * is ocr_processing until this one has ended, and then stored anew; with a generation of its own when it had ended.
 * @param deadlineMs from now to the latest end of page and document, by the database's clock.
 */
export async function restartPage(db: Db, pageId: string, deadlineMs: number): Promise<RestartedPages> {
  return restart(db, onePage(pageId), ENDED, 0, deadlineMs);
}

/** As {@link restartPage}, for all pages of a document that have ended without a reading. */
export async function restartUnreadPages(db: Db, documentId: string, deadlineMs: number): Promise<RestartedPages> {
  const all = { documentId: sql`${documentId}::uuid`, are: sql`parent_id = ${documentId}` };
  return restart(db, all, ENDED, 0, deadlineMs);
}

/** As {@link restartPage}, for a page that is done and whose reading is not there. @returns null when it is not such a page */
export async function readPageAgain(
  db: Db,
  page: { readonly taskId: string; readonly generation: number },
  deadlineMs: number,
): Promise<DueJob | null> {
  const isUnread = sql`status = 'ocr_done' and generation = ${page.generation} and not exists (
    select from ocr_results r where r.task_id = tasks.id and r.generation = tasks.generation)`;
  const restarted = await restart(db, onePage(page.taskId), isUnread, 1, deadlineMs);
  return restarted.kind === 'restarted' ? restarted.jobs[0] : null;
}

/** Pages of one document, by conditions on their rows. */
interface Pages {
  readonly documentId: SQL;
  readonly are: SQL;
}

function onePage(pageId: string): Pages {
  return { documentId: sql`(select parent_id from tasks where id = ${pageId})`, are: sql`id = ${pageId}` };
}

/**
 * @param which of the pages
 * @param done how many each of them counted as in its document
 */
function restart(db: Db, pages: Pages, which: SQL, done: 0 | 1, deadlineMs: number): Promise<RestartedPages> {
  // Statements of their own: each sees what whoever held the document's lock before has done.
  return db.transaction(async (execute) => {
    const locked = await execute<RawRow>(sql`select id, status from tasks where id = ${pages.documentId} for update`);
    const [document] = locked.rows;
    if (document === undefined) return { kind: 'not_found' };
    const status = document['status'] as Status;
    if (status === 'cancelled') return { kind: 'document_cancelled', documentId: String(document['id']) };
    if (status === 'queued') return { kind: (await areDone(execute, pages)) ? 'already_done' : 'waits_for_document' };
    const moved = await execute<RawRow>(sql`
      with moved as (
        update tasks set ${newRun(inMs(deadlineMs))} where ${pages.are} and ${which}
        returning ${DUE_JOB}),
      ${QUEUED_NOTED}
      select * from moved order by id`);
    const [first, ...others] = moved.rows;
    if (first === undefined) return { kind: (await areDone(execute, pages)) ? 'already_done' : 'in_progress' };
    await reopen(execute, String(document['id']), deadlineMs, done);
    await prolong(execute, String(document['id']));
    return { kind: 'restarted', jobs: [toDueJob(first), ...others.map(toDueJob)] };
  });
}

async function areDone(execute: Db['execute'], { are }: Pages): Promise<boolean> {
  const { rows } = await execute<RawRow>(sql`select bool_and(status = 'ocr_done') as done from tasks where ${are}`);
  return rows[0]?.['done'] === true;
}

/** The document waits for these pages too; whoever is about to store it has lost it, and what was stored no longer counts. */
async function reopen(execute: Db['execute'], documentId: string, deadlineMs: number, done: 0 | 1): Promise<void> {
  await execute(sql`
    with moved as (
      update tasks set generation = generation + case when status = 'ocr_processing' then 0 else 1 end,
             status = 'ocr_processing', stage = 'store', open_pages = (
               select count(*) from tasks p where p.parent_id = ${documentId} and ${isInProgress('p')}),
             done_pages = done_pages - ${done},
             dispatch = dispatch + 1, claimed_by = null, due_at = null, attempt = 0, waits = 0, ${NO_ERROR},
             finished_at = null, deadline_at = ${inMs(deadlineMs)}, updated_at = now()
      where id = ${documentId}
      returning id, generation),
    dropped as (delete from ocr_results r using moved where r.task_id = moved.id)
    insert into task_events (task_id, generation, type, stage, attempt)
    select id, generation, 'page_restarted', 'store', 0 from moved`);
}

/** Pages have the time of their document: those that are still being read must not end, or seem late, before it does. */
async function prolong(execute: Db['execute'], documentId: string): Promise<void> {
  await execute(sql`
    with open as (
      select id from tasks where parent_id = ${documentId} and ${isInProgress()} order by id for update)
    update tasks t set deadline_at = d.deadline_at from open, tasks d where t.id = open.id and d.id = ${documentId}`);
}
