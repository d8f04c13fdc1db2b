/** Documents are derived from results, and can be derived again: what is kept here is only kept so that they need not be. */
import type { Db } from '@ocrelay/db';
import { sql } from 'drizzle-orm';
import type { ResultInfo } from './results.ts';
import { BEFORE_ALL, type RawRow } from './rows.ts';

/** In one statement; a large document in one piece would hold a connection up for longer than a statement may take. */
const PIECE_BYTES = 4 * 1024 * 1024;

/** The document of a result as it was kept, derived by these rules; null when there is none, or none any more. */
export async function findDocument(db: Db, result: ResultInfo, documentVersion: number): Promise<Buffer | null> {
  const pieces: Buffer[] = [];
  for (let from = 0, size = 1; from < size; from += PIECE_BYTES) {
    const { rows } = await db.execute<RawRow>(sql`
      select octet_length(document) as size, substring(document from ${from + 1}::int for ${PIECE_BYTES}::int) as piece
      from ocr_documents
      where task_id = ${result.taskId} and raw_sha256 = ${result.sha256} and document_version = ${documentVersion}`);
    const piece = rows[0]?.['piece'];
    if (!Buffer.isBuffer(piece)) return null;
    pieces.push(piece);
    size = Number(rows[0]?.['size']);
  }
  return Buffer.concat(pieces);
}

/**
 * Keeps the document of a result, in place of one by older rules or of an older result. Does nothing when the result is gone,
 * or when a newer release has kept one by its rules.
 * @param document its JSON, gzipped
 */
export async function keepDocument(
  db: Db,
  result: Pick<ResultInfo, 'taskId' | 'sha256'>,
  documentVersion: number,
  document: Buffer,
): Promise<void> {
  await db.execute(sql`
    insert into ocr_documents as d (task_id, raw_sha256, document_version, document)
    select task_id, raw_sha256, ${documentVersion}, ${document} from ocr_results
    where task_id = ${result.taskId} and raw_sha256 = ${result.sha256}
    for key share
    on conflict (task_id) do update set raw_sha256 = excluded.raw_sha256, document_version = excluded.document_version,
      document = excluded.document, derived_at = now()
    where d.raw_sha256 <> excluded.raw_sha256 or d.document_version < excluded.document_version`);
}

/**
 * Tasks whose results have no document by these rules or newer ones: their ids, `pageSize` of them at a time at most. Pages are
 * in their documents.
 */
export async function* underivedResults(db: Db, documentVersion: number, pageSize: number): AsyncGenerator<string[]> {
  for (let after = BEFORE_ALL; ; ) {
    const { rows } = await db.execute<RawRow>(sql`
      select r.task_id from ocr_results r
      left join ocr_documents d on d.task_id = r.task_id and d.raw_sha256 = r.raw_sha256
        and d.document_version >= ${documentVersion}
      where d.task_id is null and r.task_id > ${after}
        and exists (select from tasks t where t.id = r.task_id and t.parent_id is null)
      order by r.task_id limit ${pageSize}`);
    const ids = rows.map((row) => String(row['task_id']));
    const last = ids.at(-1);
    if (last === undefined) return;
    yield ids;
    after = last;
  }
}
