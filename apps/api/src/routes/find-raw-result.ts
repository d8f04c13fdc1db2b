import type { Db } from '@ocrelay/db';
import { findPageTask, findResult, type ResultInfo, type Task } from '@ocrelay/tasks';
import { noResultYet, noSuchPage, pageNeeded, pageNotFound, pageUnread } from '../errors/catalogue.ts';
import { requireTask } from '../operations/require-task.ts';
import { resultOf } from './find-done.ts';

/**
 * The result that the OCR service gave for what was uploaded, or for one page of it where its pages are read one by one: that is there
 * as soon as the page has been read, whatever the others are doing.
 * @param page counted from 1; undefined where the request names none
 * @throws ApiError task_not_found; invalid_request when a page must be named; page_not_found; invalid_state for what has not been read
 */
export async function findRawResult(db: Db, taskId: string, page: number | undefined): Promise<ResultInfo> {
  const task = await requireTask(db, taskId);
  if (task.openPages !== null && page !== undefined) return pageResult(db, task, page);
  const result = await resultOf(db, task);
  if (task.openPages !== null) throw pageNeeded(result.pageCount);
  if (page !== undefined && page !== 1) throw pageNotFound('this was read in one piece: leave ?page= out');
  return result;
}

async function pageResult(db: Db, { id, status, totalPages }: Task, page: number): Promise<ResultInfo> {
  const pages = totalPages ?? 0;
  if (page > pages) throw noSuchPage(pages);
  const task = await findPageTask(db, id, page);
  if (task === null) throw noResultYet(id, status); // it has not been split yet
  const result = task.status === 'ocr_done' ? await findResult(db, task.id) : null;
  if (result !== null) return result;
  if (task.status === 'ocr_failed' || task.status === 'ocr_done')
    throw pageUnread(page, task.errorCode, task.errorMessage);
  throw noResultYet(task.id, task.status);
}
