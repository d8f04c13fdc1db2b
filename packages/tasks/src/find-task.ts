import { type Db, tasks } from '@ocrelay/db';
import { eq } from 'drizzle-orm';
import type { Task } from './rows.ts';

/** The task as it stands now, or null. */
export async function findTask(db: Db, taskId: string): Promise<Task | null> {
  const rows = await db.select().from(tasks).where(eq(tasks.id, taskId));
  return (rows[0] as Task | undefined) ?? null;
}
