import { type SQL, sql } from 'drizzle-orm';

/**
 * What is found of images and documents, and then of pages: each kind has indexes of its own, and a query goes by one of them.
 * @param select of the kind that the condition stands for
 */
export function imagesAndPages(select: (kind: SQL) => SQL): SQL {
  return sql`(${select(sql`parent_id is null`)}) union all (${select(sql`parent_id is not null`)})`;
}
