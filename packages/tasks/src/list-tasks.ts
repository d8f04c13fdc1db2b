import type { Status } from '@ocrelay/contracts';
import { type Db, tasks } from '@ocrelay/db';
import { and, desc, eq, lt } from 'drizzle-orm';
import type { Task } from './rows.ts';

/** A page of tasks, newest first. */
export interface TaskPage {
  readonly tasks: Task[];
  /** The id after which the next page begins; null on the last page. */
  readonly nextAfter: string | null;
}

/** @param after the last id of the page before; null for the first. */
export async function listTasks(
  db: Db,
  query: { readonly status: Status | null; readonly limit: number; readonly after: string | null },
): Promise<TaskPage> {
  const rows = (await db
    .select()
    .from(tasks)
    .where(
      and(
        query.status === null ? undefined : eq(tasks.status, query.status),
        query.after === null ? undefined : lt(tasks.id, query.after),
      ),
    )
    .orderBy(desc(tasks.id))
    .limit(query.limit + 1)) as Task[];
  const page = rows.slice(0, query.limit);
  return { tasks: page, nextAfter: rows.length > query.limit ? (page.at(-1)?.id ?? null) : null };
}
