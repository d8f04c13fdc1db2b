import type { Db } from '@ocrelay/db';
import { sql } from 'drizzle-orm';
import type { RawRow } from '../rows.ts';
import { toWorkLeft, WORK_LEFT, type WorkLeft } from './work-left.ts';

/** What a deletion did. */
export type Deleted =
  | {
      readonly kind: 'deleted';
      /** What is left of the task, and of each page of a document. */
      readonly left: readonly WorkLeft[];
      /** The store's keys of their images: nobody's now. That of a page may never have been there. */
      readonly imagePaths: readonly string[];
    }
  /** It is a page: its document can be deleted. */
  | { readonly kind: 'is_page'; readonly documentId: string }
  | { readonly kind: 'not_found' };

/**
 * Any status → gone: the row, and with it pages, events, result and idempotency keys. Without a row no job can be claimed and no
 * answer kept. The images are the caller's to remove, after this: an image without a row harms nobody, a row without an
 * image is a task that cannot be read.
 */
export async function deleteTask(db: Db, taskId: string): Promise<Deleted> {
  const { rows } = await db.execute<RawRow>(sql`
    delete from tasks where id = ${taskId} and parent_id is null and open_pages is null returning ${WORK_LEFT}, image_path`);
  if (rows.length > 0) return deleted(rows);
  const found = await db.execute<RawRow>(sql`select parent_id from tasks where id = ${taskId}`);
  const [task] = found.rows;
  if (task === undefined) return { kind: 'not_found' };
  if (task['parent_id'] !== null) return { kind: 'is_page', documentId: String(task['parent_id']) };
  return deleteDocument(db, taskId);
}

/** The pages go with the document's row; locked, it gets no more of them. */
function deleteDocument(db: Db, documentId: string): Promise<Deleted> {
  return db.transaction(async (execute) => {
    const of = sql`select ${WORK_LEFT}, image_path from tasks`;
    const document = await execute<RawRow>(sql`${of} where id = ${documentId} for update`);
    if (document.rows.length === 0) return { kind: 'not_found' };
    const pages = await execute<RawRow>(sql`${of} where parent_id = ${documentId} order by id for update`);
    await execute(sql`delete from tasks where id = ${documentId}`);
    return deleted([...document.rows, ...pages.rows]);
  });
}

function deleted(rows: readonly RawRow[]): Deleted {
  return { kind: 'deleted', left: rows.map(toWorkLeft), imagePaths: rows.map((row) => String(row['image_path'])) };
}
