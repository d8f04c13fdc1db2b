import type { Document, Page } from '@ocrelay/document';
import type { Request } from 'express';
import { z } from 'zod';
import type { ApiContext } from '../context.ts';
import { noSuchPage } from '../errors/catalogue.ts';
import { type Done, findDone } from './find-done.ts';
import { parseTaskId, taskPath } from './parse.ts';

/** Path parameters of every route of one page. */
export const pagePath = taskPath.extend({ page: z.int().min(1).meta({ description: 'counted from 1' }) });

/** The page that a request names. @throws ApiError task_not_found, invalid_state, page_not_found, document_too_large */
export async function findPage(
  { database, documentOf }: Pick<ApiContext, 'database' | 'documentOf'>,
  req: Request,
): Promise<Done & { readonly page: Page }> {
  const done = await findDone(database.db, parseTaskId(req));
  const { pages } = JSON.parse((await documentOf(done.result)).toString()) as Document;
  const page = pages.find(({ number }) => String(number) === req.params['page']);
  if (page === undefined) throw noSuchPage(pages.length);
  return { ...done, page };
}
