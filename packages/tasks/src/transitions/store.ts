import { createHash } from 'node:crypto';
import type { Db } from '@ocrelay/db';
import { sql } from 'drizzle-orm';
import type { Claim } from './claim.ts';

/** What was read. */
export interface Reading {
  /** The OCR service's JSON, byte for byte. */
  readonly raw: Buffer;
  readonly pageCount: number;
  /** In reading order; free of NULs and lone surrogates. */
  readonly plainText: string;
}

/**
 * ocr_processing → ocr_done: the one result of the task and its status, in one statement.
 * @returns false when the claim is no longer ours; then no result was kept.
 */
export async function markDone(db: Db, claim: Claim, reading: Reading): Promise<boolean> {
  const sha256 = createHash('sha256').update(reading.raw).digest('hex');
  const data = JSON.stringify({ page_count: reading.pageCount, result_bytes: reading.raw.byteLength });
  const { rowCount } = await db.execute(sql`
    with moved as (
      update tasks set status = 'ocr_done', claimed_by = null, due_at = null, finished_at = now(), updated_at = now(),
             done_pages = ${reading.pageCount}, total_pages = ${reading.pageCount},
             waits = 0, error_code = null, error_message = null, waiting_reason = null, missing_since = null
      where id = ${claim.taskId} and generation = ${claim.generation} and dispatch = ${claim.dispatch}
        and claimed_by = ${claim.workerId}
      returning id, generation),
    kept as (
      insert into ocr_results (task_id, generation, raw, raw_sha256, page_count, plain_text)
      select id, generation, ${reading.raw}, ${sha256}, ${reading.pageCount}, ${reading.plainText} from moved)
    insert into task_events (task_id, generation, type, stage, attempt, data)
    select id, generation, 'done', ${claim.stage}, ${claim.attempt}, ${data}::jsonb from moved`);
  return rowCount === 1;
}
