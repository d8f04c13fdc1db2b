import type { Db } from '@ocrelay/db';
import { sql } from 'drizzle-orm';
import type { RawRow } from '../rows.ts';
import { toWorkLeft, WORK_LEFT, type WorkLeft } from './work-left.ts';

/** What is left of a task that is gone. */
export interface DeletedTask extends WorkLeft {
  /** The store's key of its image: nobody's now. */
  readonly imagePath: string;
}

/**
 * Any status → gone: the row, and with it events, result and idempotency keys. Without a row no job can be claimed and no
 * answer kept. The image is the caller's to remove, after this: an image without a row harms nobody, a row without an
 * image is a task that cannot be read.
 * @returns null when there is no such task.
 */
export async function deleteTask(db: Db, taskId: string): Promise<DeletedTask | null> {
  const { rows } = await db.execute<RawRow>(sql`
    delete from tasks where id = ${taskId} returning ${WORK_LEFT}, image_path`);
  const row = rows[0];
  return row === undefined ? null : { ...toWorkLeft(row), imagePath: String(row['image_path']) };
}
