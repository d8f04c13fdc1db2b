import type { Db } from '@ocrelay/db';
import { findResult, type ResultInfo, type Task } from '@ocrelay/tasks';
import { noResultYet } from '../errors/catalogue.ts';
import { requireTask } from '../operations/require-task.ts';

/** A task that has been read, and what is known of its result. */
export interface Done {
  readonly task: Task;
  readonly result: ResultInfo;
}

/** @throws ApiError task_not_found; invalid_state while there is no result. */
export async function findDone(db: Db, taskId: string): Promise<Done> {
  const task = await requireTask(db, taskId);
  return { task, result: await resultOf(db, task) };
}

/** @throws ApiError invalid_state while there is none. */
export async function resultOf(db: Db, { id, status }: Task): Promise<ResultInfo> {
  const result = await findResult(db, id);
  // A result of an earlier run does not count once the task was started again.
  if (result === null || status !== 'ocr_done') throw noResultYet(id, status);
  return result;
}
