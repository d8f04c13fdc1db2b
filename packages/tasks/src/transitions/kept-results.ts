import { type SQL, sql } from 'drizzle-orm';

/**
 * The CTE `kept`, which stores results, each in place of what an earlier run of its task has left: there is at most one for a task.
 * @param results selects `task_id, generation, raw, raw_sha256, page_count, plain_text`, in this order.
 */
export function keptResults(results: SQL): SQL {
  return sql`kept as (
    insert into ocr_results (task_id, generation, raw, raw_sha256, page_count, plain_text) ${results}
    on conflict (task_id) do update set generation = excluded.generation, raw = excluded.raw,
      raw_sha256 = excluded.raw_sha256, page_count = excluded.page_count, plain_text = excluded.plain_text,
      created_at = excluded.created_at)`;
}
