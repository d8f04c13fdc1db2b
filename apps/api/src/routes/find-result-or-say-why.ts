import type { Db } from '@ocrelay/db';
import { findResult, findTask, type ResultInfo } from '@ocrelay/tasks';
import { noResultYet, taskNotFound } from '../errors/catalogue.ts';

/** What is known of a task's result. @throws ApiError task_not_found; invalid_state while there is none. */
export async function findResultOrSayWhy(db: Db, taskId: string): Promise<ResultInfo> {
  const task = await findTask(db, taskId);
  if (task === null) throw taskNotFound(taskId);
  const result = await findResult(db, taskId);
  // A result of an earlier run does not count once the task was started again.
  if (result === null || task.status !== 'ocr_done') throw noResultYet(taskId, task.status);
  return result;
}
