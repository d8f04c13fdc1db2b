import type { Db } from '@ocrelay/db';
import { sql } from 'drizzle-orm';
import { imagesAndPages } from './pages/images-and-pages.ts';
import type { RawRow } from './rows.ts';

/** How many images, and pages of documents, wait to be submitted. Counts in the indexes, and no further than `most`. */
export async function countQueued(db: Db, most: number): Promise<number> {
  const { rows } = await db.execute<RawRow>(sql`
    select count(*) as waiting from (
      ${imagesAndPages((kind) => sql`select from tasks where status = 'queued' and ${kind} limit ${most}`)}) as queued`);
  return Math.min(most, Number(rows[0]?.['waiting'] ?? 0));
}
