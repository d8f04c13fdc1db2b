import type { Page } from '@ocrelay/document';
import type { Request, Response } from 'express';
import { z } from 'zod';
import type { ApiContext } from '../context.ts';
import { pagePicture } from '../documents/page-picture.ts';
import type { Cutting } from '../documents/picture.ts';
import { pagePartNotFound } from '../errors/catalogue.ts';
import { commonHeaders, failures } from '../openapi/answers.ts';
import { findPage, pagePath } from './find-page.ts';
import { isNotModified } from './not-modified.ts';
import { parseQuery } from './parse.ts';
import type { Route } from './route.ts';
import { tagOf } from './tag-of.ts';

const number = z
  .string()
  .regex(/^\d{1,9}$/, 'must be a whole number')
  .transform(Number);
const query = z.object({
  block: number.optional().meta({ description: 'cuts out this block, by its id on the page' }),
  cell: z
    .string()
    .regex(/^\d{1,9},\d{1,9}$/, 'must be row,column')
    .optional()
    .meta({ description: 'cuts out this cell of the block: `row,column` of its top left corner, counted from 0' }),
});

/** GET /api/v1/tasks/{task_id}/pages/{page}/image: the picture of a page, upright, or a piece of it. */
export function pageImageRoute(context: ApiContext): Route {
  const { workshop } = context;
  return {
    method: 'get',
    path: '/api/v1/tasks/{task_id}/pages/{page}/image',
    operation: {
      operationId: 'getPageImage',
      summary: 'The picture of a page, upright, as boxes count; or of a block or a cell of it',
      tags: ['Documents'],
      requestParams: { path: pagePath, query },
      responses: {
        200: { description: 'the picture', headers: commonHeaders, content: { 'image/png': {}, 'image/jpeg': {} } },
        304: { description: 'as `If-None-Match` has it', headers: commonHeaders },
        ...failures(400, 404, 409, 422),
      },
    },
    handle: async (req: Request, res: Response) => {
      const { block, cell } = parseQuery(query, req);
      const { task, result, page } = await findPage(context, req);
      const cutting = block === undefined ? null : cuttingOf(page, block, cell);
      const tag = tagOf([task.sha256, page.number, cutting, result.sha256]);
      res.set({ ETag: tag, 'Cache-Control': 'private, no-cache' });
      if (isNotModified(req, res)) return;
      const picture = await workshop.picture(await pagePicture(context, task, page.number), cutting);
      res.type(`image/${picture.kind}`).send(Buffer.from(picture.bytes));
    },
  };
}

/** @throws ApiError page_not_found where there is no such block or cell, or it is nowhere */
function cuttingOf({ width, height, blocks }: Page, blockId: number, cellPlace: string | undefined): Cutting {
  const found = blocks.find(({ id }) => id === blockId);
  if (found === undefined) throw pagePartNotFound(`there is no block ${blockId} on this page`);
  const size = { pageWidth: width, pageHeight: height };
  if (cellPlace === undefined) return { box: found.bbox, ...size };
  const [row, column] = cellPlace.split(',').map(Number);
  const cell = found.table?.cells.find((one) => one.row === row && one.column === column);
  if (cell?.bbox === undefined) throw pagePartNotFound(`block ${blockId} has no cell that begins at ${cellPlace}`);
  return { box: cell.bbox, ...size };
}
