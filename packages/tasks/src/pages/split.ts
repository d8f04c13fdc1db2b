import type { Db } from '@ocrelay/db';
import { sql } from 'drizzle-orm';
import { DUE_JOB, type DueJob, dueJobOf, toDueJob } from '../job-ref.ts';
import type { RawRow } from '../rows.ts';
import type { Claim } from '../transitions/claim.ts';
import { dueIn, heldBy, NO_ERROR } from '../transitions/move.ts';
import { moveMany } from '../transitions/move-many.ts';
import { newRun } from '../transitions/new-run.ts';

/**
 * queued → ocr_processing, for a document: each of its pages is a task from now on. Pages that an earlier run has read are kept;
 * those that had failed or were cancelled begin a new run. In one statement: a document has all of its pages or none.
 * @param claim of the document, in the split stage.
 * @param pages for each of its pages an id that is new, and where its picture will be; of those that there are already, not used.
 * @returns the jobs of the pages, in the order in which they were made; where all have been read already, the document's own. Null when
 * the claim is no longer ours.
 */
export async function markSplit(
  db: Db,
  claim: Claim,
  pages: ReadonlyArray<{ readonly id: string; readonly imagePath: string }>,
): Promise<DueJob[] | null> {
  const ids = pages.map(({ id }) => id);
  const paths = pages.map(({ imagePath }) => imagePath);
  const { rows } = await db.execute<RawRow>(sql`
    with document as (
      update tasks d set status = 'ocr_processing', stage = 'store', open_pages = d.total_pages - read.pages,
             done_pages = read.pages, submitted_at = now(), attempt = 0, waits = 0, ${NO_ERROR}, updated_at = now(),
             claimed_by = null, dispatch = d.dispatch + 1, due_at = case when d.total_pages = read.pages then now() end
      from (select count(*)::int as pages from tasks where parent_id = ${claim.taskId} and status = 'ocr_done') as read
      where ${heldBy(claim)}
      returning ${dueJobOf('d')}, d.open_pages, d.total_pages, d.deadline_at, d.original_filename),
    again as (
      update tasks p set ${newRun(sql`given.until`)} from (select id as of, deadline_at as until from document) as given
      where p.parent_id = given.of and p.status in ('ocr_failed', 'cancelled')
      returning ${dueJobOf('p')}),
    made as (
      insert into tasks (id, parent_id, page, status, stage, dispatch, due_at, started_at, deadline_at, original_filename,
                         image_path, content_type, size_bytes, sha256, width, height)
      select given.id, document.id, given.page, 'queued', 'split', 1, now(), now(), document.deadline_at,
             regexp_replace(document.original_filename, '\\.[^.]*$', '') || '-' || given.page || '.png', given.path, 'image/png', 0, '', 0, 0
      from document cross join unnest(${sql.param(ids)}::uuid[], ${sql.param(paths)}::text[]) with ordinality as given(id, path, page)
      where given.page <= document.total_pages
        and not exists (select from tasks p where p.parent_id = document.id and p.page = given.page)
      returning ${DUE_JOB}),
    noted as (
      insert into task_events (task_id, generation, type, stage, attempt, data)
      select id, generation, 'split', 'split', ${claim.attempt}, jsonb_build_object('pages', total_pages) from document
      union all
      select id, generation, 'queued', stage, 0, '{}' from again
      union all
      select id, generation, 'queued', stage, 0, '{}' from made)
    select ${DUE_JOB}, true as is_document, open_pages from document
    union all select *, false, 1 from again
    union all select *, false, 1 from made
    order by id`);
  if (rows.length === 0) return null;
  return rows.filter((row) => row['is_document'] !== true || row['open_pages'] === 0).map(toDueJob);
}

/** The picture of a page, as it lies in the image store under the page's `imagePath`. Bytes and pixels. */
export interface RenderedPage {
  readonly sizeBytes: number;
  /** Hex. */
  readonly sha256: string;
  readonly width: number;
  readonly height: number;
  /** What the document's file itself says in its text; null where it says nothing. */
  readonly text: string | null;
}

/**
 * queued → queued, stage submit, for a page: its picture is durably stored, and it goes the way of any image.
 * @returns its next job; null when the claim is no longer ours.
 */
export async function markRendered(db: Db, claim: Claim, page: RenderedPage): Promise<DueJob | null> {
  const [moved] = await moveMany(db, [claim], {
    set: sql`stage = 'submit', size_bytes = r.bytes, sha256 = r.digest, width = r.across, height = r.down, attempt = 0, waits = 0,
      crashes = 0, ${NO_ERROR}, claimed_by = null, dispatch = t.dispatch + 1, ${dueIn(0)}`,
    values: {
      bytes: { type: 'bigint', of: [page.sizeBytes] },
      digest: { type: 'text', of: [page.sha256] },
      across: { type: 'int', of: [page.width] },
      down: { type: 'int', of: [page.height] },
      layer: { type: 'text', of: [page.text] },
    },
    event: 'rendered',
    data: sql`jsonb_build_object('width', r.across, 'height', r.down)`,
    also: sql`kept as (
      insert into text_layers (task_id, text) select moved.id, r.layer from moved join r on r.task_id = moved.id
      where r.layer is not null
      on conflict (task_id) do update set text = excluded.text)`,
  });
  return moved?.next ?? null;
}
