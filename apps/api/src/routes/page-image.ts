import type { Block, Box, Page } from '@ocrelay/document';
import type { Request, Response } from 'express';
import * as z from 'zod';
import type { ApiContext } from '../context.ts';
import { pagePicture } from '../documents/page-picture.ts';
import type { Cutting } from '../documents/picture.ts';
import { blockNotFound, cellNotFound } from '../errors/catalogue.ts';
import { commonHeaders, failures, notModified } from '../openapi/answers.ts';
import { findPage, pagePath } from './find-page.ts';
import { isNotModified } from './not-modified.ts';
import { parseQuery } from './parse.ts';
import type { Route } from './route.ts';
import { tagOf } from './tag-of.ts';

const number = z
  .string()
  .regex(/^\d{1,9}$/, 'must be a whole number')
  .transform(Number);
const query = z
  .object({
    block: number.optional().meta({ description: 'cuts out this block, by its id on the page' }),
    cell: z
      .string()
      .regex(/^\d{1,9},\d{1,9}$/, 'must be row,column')
      .optional()
      .meta({ description: 'cuts out this cell of the block: `row,column` of its top left corner, counted from 0' }),
  })
  .refine(({ block, cell }) => cell === undefined || block !== undefined, {
    path: ['cell'],
    error: 'needs the block that it is a cell of: ?block=…&cell=row,column',
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
        304: notModified,
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

/** @throws ApiError block_not_found, cell_not_found */
function cuttingOf({ number, width, height, blocks }: Page, blockId: number, cellPlace: string | undefined): Cutting {
  const block = blocks.find(({ id }) => id === blockId);
  const size = { pageWidth: width, pageHeight: height };
  if (block !== undefined) return { box: cellPlace === undefined ? block.bbox : cellBox(block, cellPlace), ...size };
  const there = blocks.length === 0 ? 'it has none' : `it has the blocks 0 to ${blocks.length - 1}`;
  throw blockNotFound(`there is no block ${blockId} on page ${number}: ${there}`);
}

function cellBox({ id, table }: Block, place: string): Box {
  if (table === undefined) throw cellNotFound(`block ${id} is no table and has no cells`);
  const [row = 0, column = 0] = place.split(',').map(Number);
  const cell = table.cells.find((one) => one.row === row && one.column === column);
  if (cell?.bbox !== undefined) return cell.bbox;
  const { rows, columns } = table;
  const there = `it has the rows 0 to ${rows - 1} and the columns 0 to ${columns - 1}, and a cell has the place where it begins`;
  throw cellNotFound(`block ${id} has no cell that begins at ${place}: ${there}`);
}
