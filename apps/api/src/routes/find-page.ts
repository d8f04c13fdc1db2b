import type { Page } from '@ocrelay/document';
import type { Request } from 'express';
import * as z from 'zod';
import type { ApiContext } from '../context.ts';
import { noSuchPage } from '../errors/catalogue.ts';
import { type Done, findDone } from './find-done.ts';
import { parseTaskId, taskPath } from './parse.ts';

/** Path parameters of every route of one page. */
export const pagePath = taskPath.extend({ page: z.int().min(1).meta({ description: 'counted from 1' }) });

/**
 * The page that a request names, picked in a thread: the documents of some take a second to be parsed.
 * @throws ApiError task_not_found, invalid_state, page_not_found, document_too_large, overloaded
 */
export async function findPage(
  { database, documentOf, workshop }: Pick<ApiContext, 'database' | 'documentOf' | 'workshop'>,
  req: Request,
): Promise<Done & { readonly page: Page }> {
  const done = await findDone(database.db, parseTaskId(req));
  const { pages, page } = await workshop.page(await documentOf(done.result), pageNumber(req));
  if (page === null) throw noSuchPage(pages);
  return { ...done, page };
}

/** 0, which no page has, for what is no number of a page. */
export function pageNumber(req: Request): number {
  const given = String(req.params['page']);
  return /^\d{1,9}$/.test(given) ? Number(given) : 0;
}
