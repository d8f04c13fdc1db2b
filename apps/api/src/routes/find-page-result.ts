import type { Db } from '@ocrelay/db';
import { findPageTask, findResult, type ResultInfo } from '@ocrelay/tasks';
import { noSuchPage, pageNeeded, pageNotFound, pageUnread } from '../errors/catalogue.ts';
import type { Done } from './find-done.ts';

/**
 * The result that the OCR service gave for what was uploaded, or for one page of it where its pages were read one by one.
 * @param page counted from 1; undefined where the request names none
 * @throws ApiError invalid_request when a page must be named; page_not_found; invalid_state for a page that could not be read
 */
export async function findPageResult(db: Db, { task, result }: Done, page: number | undefined): Promise<ResultInfo> {
  if (task.openPages === null) {
    if (page !== undefined && page !== 1) throw pageNotFound('this was read in one piece: leave ?page= out');
    return result;
  }
  if (page === undefined) throw pageNeeded(result.pageCount);
  const pageTask = await findPageTask(db, task.id, page);
  if (pageTask === null) throw noSuchPage(result.pageCount);
  const pageResult = pageTask.status === 'ocr_done' ? await findResult(db, pageTask.id) : null;
  if (pageResult === null) throw pageUnread(page, pageTask.errorCode, pageTask.errorMessage);
  return pageResult;
}
