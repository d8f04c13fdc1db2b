import { type Db, taskEvents } from '@ocrelay/db';
import { and, asc, eq, gt } from 'drizzle-orm';

/** One entry of a task's timeline. */
export type TimelineEntry = typeof taskEvents.$inferSelect;

/** The timeline of a task, oldest first, at most `limit` entries after the entry `after`. */
export function timeline(db: Db, taskId: string, limit: number, after: number): Promise<TimelineEntry[]> {
  return db
    .select()
    .from(taskEvents)
    .where(and(eq(taskEvents.taskId, taskId), gt(taskEvents.id, after)))
    .orderBy(asc(taskEvents.id))
    .limit(limit);
}
