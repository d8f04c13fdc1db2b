import { type Db, ocrResults } from '@ocrelay/db';
import { eq, sql } from 'drizzle-orm';
import type { RawRow } from './rows.ts';

/** What is known of a result without its bytes. */
export interface ResultInfo {
  readonly taskId: string;
  readonly generation: number;
  readonly pageCount: number;
  readonly sizeBytes: number;
  /** Of the raw JSON, hex. */
  readonly sha256: string;
  readonly createdAt: Date;
}

/** Null when the task has no result. */
export async function findResult(db: Db, taskId: string): Promise<ResultInfo | null> {
  const rows = await db
    .select({
      taskId: ocrResults.taskId,
      generation: ocrResults.generation,
      pageCount: ocrResults.pageCount,
      sizeBytes: sql<number>`octet_length(${ocrResults.raw})`,
      sha256: ocrResults.rawSha256,
      createdAt: ocrResults.createdAt,
    })
    .from(ocrResults)
    .where(eq(ocrResults.taskId, taskId));
  return rows[0] ?? null;
}

/** The text in reading order, or null when the task has no result. */
export async function findText(db: Db, taskId: string): Promise<string | null> {
  const rows = await db.select({ text: ocrResults.plainText }).from(ocrResults).where(eq(ocrResults.taskId, taskId));
  return rows[0]?.text ?? null;
}

const CHUNK_BYTES = 4 * 1024 * 1024;

/** The OCR service's JSON byte for byte, in pieces of some MiB, so that many readers of large results need little memory. */
export async function* rawResult(db: Db, result: ResultInfo): AsyncGenerator<Buffer> {
  for (let from = 0; from < result.sizeBytes; from += CHUNK_BYTES) {
    const { rows } = await db.execute<RawRow>(sql`
      select substring(raw from ${from + 1}::int for ${CHUNK_BYTES}::int) as chunk from ocr_results
      where task_id = ${result.taskId} and generation = ${result.generation}`);
    const chunk = rows[0]?.['chunk'];
    if (!Buffer.isBuffer(chunk)) throw new Error(`the result of task ${result.taskId} went away while it was read`);
    yield chunk;
  }
}

/** The same in one piece, for who needs all of it at once. @throws Error when it goes away meanwhile */
export async function wholeRawResult(db: Db, result: ResultInfo): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of rawResult(db, result)) chunks.push(chunk);
  return Buffer.concat(chunks);
}
