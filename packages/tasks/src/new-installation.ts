import type { Db } from '@ocrelay/db';
import { sql } from 'drizzle-orm';
import type { RawRow } from './rows.ts';

/** Whether the database has no task yet: then there is no image either that a store could be missed for. */
export async function isNewInstallation(db: Db): Promise<boolean> {
  const { rows } = await db.execute<RawRow>(sql`select not exists (select from tasks) as is_new`);
  return rows[0]?.['is_new'] === true;
}
