import { type SQL, sql } from 'drizzle-orm';

/** The result `r` is the reading of the page `p`, and not what an earlier run has left. */
export const IS_READING_OF_PAGE: SQL = sql`r.task_id = p.id and r.generation = p.generation and p.status = 'ocr_done'`;

/** What is said of a page without a reading that does not say itself what is wrong. */
export const NO_READING = { code: 'internal_error', message: 'The page has no reading.' } as const;
