/** What a file itself says in its text: a row for each page that is a task, and one for a PDF that is read as a whole. */
import type { Db } from '@ocrelay/db';
import { sql } from 'drizzle-orm';
import type { RawRow } from './rows.ts';

/** Parts the pages of a row; no page has it in its text. */
const FORM_FEED = '\f';

/**
 * Keeps the text of a file that is read as a whole. The same file has the same text, so whoever comes second changes nothing; and so does
 * who comes for a task that is gone.
 * @param pages in their order; null for one that has no text
 */
export async function keepTextLayers(db: Db, taskId: string, pages: ReadonlyArray<string | null>): Promise<void> {
  if (pages.every((text) => text === null)) return;
  await db.execute(sql`
    insert into text_layers (task_id, text)
    select id, ${pages.map((text) => text ?? '').join(FORM_FEED)} from tasks where id = ${taskId} for key share
    on conflict (task_id) do nothing`);
}

/** The text of each page of a task that is read as a whole; null where there is none, and nothing where none was kept. */
export async function textLayersOf(db: Db, taskId: string): Promise<Array<string | null>> {
  const { rows } = await db.execute<RawRow>(sql`select text from text_layers where task_id = ${taskId}`);
  return rows.flatMap((row) => String(row['text']).split(FORM_FEED)).map((text) => (text === '' ? null : text));
}

/** The texts of a document's pages, by the ids of those of which its file says something. */
export async function pagesTextLayers(db: Db, documentId: string): Promise<Map<string, string>> {
  const { rows } = await db.execute<RawRow>(sql`
    select l.task_id, l.text from tasks p join text_layers l on l.task_id = p.id where p.parent_id = ${documentId}`);
  return new Map(rows.map((row) => [String(row['task_id']), String(row['text'])]));
}
