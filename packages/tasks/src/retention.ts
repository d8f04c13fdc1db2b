import type { Db } from '@ocrelay/db';
import { sql } from 'drizzle-orm';
import type { RawRow } from './rows.ts';

/**
 * Deletes tasks that were made, and last changed, longer ago than `olderThanMs`, with all that is theirs: the oldest
 * first, at most `limit`; documents with their pages. Tasks in progress stay, however old: their deadline ends them. Ids sort by
 * creation, so the old ones are a range of the primary key.
 * @returns the keys of their images, which are for the caller to delete; until then they are orphans.
 */
export async function deleteOldTasks(db: Db, olderThanMs: number, limit: number): Promise<string[]> {
  const { rows } = await db.execute<RawRow>(sql`
    with old as (
      select id from tasks
      where parent_id is null and id < ${firstIdOf(olderThanMs)} and updated_at < now() - ${olderThanMs} * interval '1 millisecond'
        and status in ('uploaded', 'ocr_done', 'ocr_failed', 'cancelled')
      order by id limit ${limit} for update skip locked),
    pages as (select image_path from tasks where parent_id in (select id from old)),
    gone as (delete from tasks t using old where t.id = old.id returning t.image_path)
    select image_path from gone union all select image_path from pages`);
  return rows.map((row) => String(row['image_path']));
}

/** The least id (UUID of version 7) of that age: its first 48 bits are milliseconds. */
function firstIdOf(ageMs: number) {
  return sql`(lpad(to_hex(greatest(0, (extract(epoch from now()) * 1000)::bigint - ${ageMs}::bigint)), 12, '0')
    || '00000000000000000000')::uuid`;
}
