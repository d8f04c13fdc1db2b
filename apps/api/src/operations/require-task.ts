import type { Db } from '@ocrelay/db';
import { findTask, type Task } from '@ocrelay/tasks';
import { taskNotFound } from '../errors/catalogue.ts';

/** A task as it stands now. @throws ApiError task_not_found */
export async function requireTask(db: Db, taskId: string): Promise<Task> {
  const task = await findTask(db, taskId);
  if (task === null) throw taskNotFound(taskId);
  return task;
}
