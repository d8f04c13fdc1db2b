import { type Db, tasks } from '@ocrelay/db';
import { and, asc, eq, sql } from 'drizzle-orm';
import type { ResultInfo } from '../results.ts';
import { date, type RawRow, type Task } from '../rows.ts';
import { IS_READING_OF_PAGE, NO_READING } from './reading-of-page.ts';

/** The tasks of a document's pages, in their order; none for what is not read page by page, or is not split yet. */
export async function pagesOf(db: Db, documentId: string): Promise<Task[]> {
  return (await db.select().from(tasks).where(eq(tasks.parentId, documentId)).orderBy(asc(tasks.page))) as Task[];
}

/** The task of one page of a document, or null. @param page counted from 1 */
export async function findPageTask(db: Db, documentId: string, page: number): Promise<Task | null> {
  const rows = await db
    .select()
    .from(tasks)
    .where(and(eq(tasks.parentId, documentId), eq(tasks.page, page)));
  return (rows[0] as Task | undefined) ?? null;
}

/** What there is of one page of a document. */
export interface PageReading {
  /** Counted from 1. */
  readonly page: number;
  readonly taskId: string;
  /** Null where the page could not be read. */
  readonly result: ResultInfo | null;
  /** Why there is no reading; null where there is one. */
  readonly error: { readonly code: string; readonly message: string } | null;
}

/** The pages of a document that is done, in their order; without their results' bytes. */
export async function pageReadings(db: Db, documentId: string): Promise<PageReading[]> {
  const { rows } = await db.execute<RawRow>(sql`
    select p.page, p.id, p.error_code, p.error_message, r.generation, r.page_count, octet_length(r.raw) as size_bytes,
           r.raw_sha256, r.created_at
    from tasks p left join ocr_results r on ${IS_READING_OF_PAGE}
    where p.parent_id = ${documentId} order by p.page`);
  return rows.map((row) => {
    const taskId = String(row['id']);
    const isRead = row['raw_sha256'] !== null;
    return {
      page: Number(row['page']),
      taskId,
      result: isRead ? toResultInfo(taskId, row) : null,
      error: isRead
        ? null
        : {
            code: String(row['error_code'] ?? NO_READING.code),
            message: String(row['error_message'] ?? NO_READING.message),
          },
    };
  });
}

function toResultInfo(taskId: string, row: RawRow): ResultInfo {
  return {
    taskId,
    generation: Number(row['generation']),
    pageCount: Number(row['page_count']),
    sizeBytes: Number(row['size_bytes']),
    sha256: String(row['raw_sha256']),
    createdAt: date(row['created_at']),
  };
}
