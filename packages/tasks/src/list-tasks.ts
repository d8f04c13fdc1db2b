import { STATUSES, type Status } from '@ocrelay/contracts';
import { type Db, tasks } from '@ocrelay/db';
import { desc, inArray, sql } from 'drizzle-orm';
import type { Task } from './rows.ts';

/** A page of tasks, newest first. */
export interface TaskPage {
  readonly tasks: Task[];
  /** The id after which the next page begins; null on the last page. */
  readonly nextAfter: string | null;
}

/**
 * What was uploaded: images and documents, not the pages of these.
 * @param after the last id of the page before; null for the first.
 */
export async function listTasks(
  db: Db,
  query: { readonly status: Status | null; readonly limit: number; readonly after: string | null },
): Promise<TaskPage> {
  const most = query.limit + 1;
  const isBefore = query.after === null ? sql`` : sql`and t.id < ${query.after}`;
  // The newest of each status: one index has them all, and no pages, of which there may be hundreds between two documents.
  const newest = sql`
    select t.id from unnest(${sql.param(query.status === null ? [...STATUSES] : [query.status])}::text[]) as s(status)
    cross join lateral (
      select t.id from tasks t where t.status = s.status and t.parent_id is null ${isBefore}
      order by t.id desc limit ${most}) as t
    order by t.id desc limit ${most}`;
  const rows = (await db
    .select()
    .from(tasks)
    .where(inArray(tasks.id, sql`(${newest})`))
    .orderBy(desc(tasks.id))) as Task[];
  const page = rows.slice(0, query.limit);
  return { tasks: page, nextAfter: rows.length > query.limit ? (page.at(-1)?.id ?? null) : null };
}
