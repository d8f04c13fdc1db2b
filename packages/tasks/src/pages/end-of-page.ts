/**
 * What the end of a page does to its document: in the statement that ends the page, the document's counters follow, and the
 * end of the last page makes the document due.
 *
 * The document before its pages: every statement or transaction that changes rows of both locks the document's first, so no two
 * of them can wait for each other, and whoever holds the document's lock knows that none of its pages ends meanwhile.
 */
import { type SQL, sql } from 'drizzle-orm';
import { dueJobOf } from '../job-ref.ts';

/** A task waits for no page any more; one that is no document never does. */
export const NO_OPEN_PAGES: SQL = sql`open_pages = case when open_pages is not null then 0 end`;

/** The CTE `documents`, which locks these rows. An update must ask for {@link AFTER_DOCUMENTS} to come after it. */
export function lockedDocuments(ids: readonly string[]): SQL {
  return sql`documents as materialized (
    select id from tasks where id = any(${sql.param([...new Set(ids)])}::uuid[]) order by id for update)`;
}

/** Always true, and known only when `documents` are locked. */
export const AFTER_DOCUMENTS: SQL = sql`(select count(*) from documents) is not null`;

/**
 * The CTE `closing`, of the CTE `moved` (`parent_id`, `status`: pages that have ended): their documents' counters. One whose last
 * page has ended has `open_pages` 0 and is due.
 */
export const CLOSING: SQL = sql`
  closing as (
    update tasks d set open_pages = d.open_pages - ended.pages, done_pages = d.done_pages + ended.done,
           dispatch = d.dispatch + case when d.open_pages = ended.pages then 1 else 0 end,
           due_at = case when d.open_pages = ended.pages then now() end, updated_at = now()
    from (
      select parent_id, count(*)::int as pages, count(*) filter (where status = 'ocr_done')::int as done
      from moved where parent_id is not null group by parent_id) as ended
    where d.id = ended.parent_id and d.status = 'ocr_processing' and d.open_pages >= ended.pages
    returning ${dueJobOf('d')}, d.open_pages)`;
