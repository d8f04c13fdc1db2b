import type { ErrorCode } from '@ocrelay/contracts';
import type { Db } from '@ocrelay/db';
import { sql } from 'drizzle-orm';
import type { RawRow } from '../rows.ts';
import type { Claim } from '../transitions/claim.ts';
import { keptResults } from '../transitions/kept-results.ts';
import { heldBy } from '../transitions/move.ts';
import { IS_READING_OF_PAGE, NO_READING } from './reading-of-page.ts';

/** What the pages of a document came to. */
export interface Gathered {
  readonly pageCount: number;
  readonly failedPages: number;
  /** Why the document has failed; null when it is done. */
  readonly failure: { readonly code: ErrorCode; readonly message: string } | null;
}

/**
 * ocr_processing → ocr_done | ocr_failed, for a document whose pages have ended: it is done when at least one page was read.
 *
 * Its result holds no page a second time: `raw` lists the pages, each by the hash of its own result or by its error, so that the
 * hash of the whole tells any change, and with the generation any two gatherings apart; the text is that of all pages, with a form feed between two.
 * @param claim of the document, in the store stage.
 * @returns null when the claim is no longer ours: then nothing was kept.
 */
export async function markGathered(db: Db, claim: Claim): Promise<Gathered | null> {
  const { rows } = await db.execute<RawRow>(sql`
    with pages as materialized (
      select p.page, p.id, r.raw_sha256, coalesce(r.plain_text, '') as words,
             coalesce(p.error_code, ${NO_READING.code}) as code, coalesce(p.error_message, ${NO_READING.message}) as message
      from tasks p left join ocr_results r on ${IS_READING_OF_PAGE}
      where p.parent_id = ${claim.taskId}),
    summed as (
      select count(*)::int as pages, count(raw_sha256)::int as read,
             string_agg(words, E'\\f' order by page) as words,
             convert_to(json_build_object('generation', ${claim.generation}::int, 'pages', json_agg(
               case when raw_sha256 is not null then json_build_object('page', page, 'task_id', id, 'sha256', raw_sha256)
               else json_build_object('page', page, 'task_id', id, 'error', json_build_object('code', code, 'message', message)) end
               order by page))::text, 'UTF8') as raw,
             (array_agg(json_build_object('page', page, 'code', code, 'message', message)
               order by page) filter (where raw_sha256 is null))[1] as failed
      from pages),
    judged as (
      select *, read > 0 as is_read,
             case when pages = 1 then failed->>'message'
             else 'None of the ' || pages || ' pages could be read. Page ' || (failed->>'page') || ': ' || (failed->>'message')
             end as why
      from summed),
    moved as (
      update tasks t set status = case when is_read then 'ocr_done' else 'ocr_failed' end, done_pages = read,
             error_code = case when not is_read then failed->>'code' end, error_message = case when not is_read then why end,
             waiting_reason = null, waits = 0, claimed_by = null, due_at = null, finished_at = now(), updated_at = now()
      from judged
      where ${heldBy(claim)} and t.open_pages = 0
      returning t.id, t.generation, t.error_code, t.error_message, pages, read, is_read, raw, words),
    ${keptResults(sql`select id, generation, raw, encode(sha256(raw), 'hex'), pages, words from moved where is_read`)},
    noted as (
      insert into task_events (task_id, generation, type, stage, attempt, data)
      select id, generation, case when is_read then 'done' else 'failed' end, 'store', ${claim.attempt}::int,
             case when is_read then jsonb_build_object('page_count', pages, 'failed_pages', pages - read)
             else jsonb_build_object('code', error_code, 'message', error_message) end from moved)
    select pages, read, is_read, error_code, error_message from moved`);
  const [row] = rows;
  if (row === undefined) return null;
  return {
    pageCount: Number(row['pages']),
    failedPages: Number(row['pages']) - Number(row['read']),
    failure:
      row['is_read'] === true ? null : { code: row['error_code'] as ErrorCode, message: String(row['error_message']) },
  };
}
