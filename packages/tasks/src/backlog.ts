import type { Db } from '@ocrelay/db';
import { sql } from 'drizzle-orm';
import type { RawRow } from './rows.ts';

/** How many tasks wait to be submitted. Counts in the index, and no further than `most`. */
export async function countQueued(db: Db, most: number): Promise<number> {
  const { rows } = await db.execute<RawRow>(sql`
    select count(*) as waiting from (select from tasks where status = 'queued' limit ${most}) as queued`);
  return Number(rows[0]?.['waiting'] ?? 0);
}
