import { Readable } from 'node:stream';
import { rawResult } from '@ocrelay/tasks';
import type { Request, Response } from 'express';
import * as z from 'zod';
import type { ApiContext } from '../context.ts';
import { commonHeaders, failures, notModified } from '../openapi/answers.ts';
import { sendPieces } from '../server/send-pieces.ts';
import { findRawResult } from './find-raw-result.ts';
import { isNotModified } from './not-modified.ts';
import { parseQuery, parseTaskId, taskPath } from './parse.ts';
import type { Route } from './route.ts';

const query = z.object({
  page: z
    .string()
    .regex(/^[1-9]\d{0,8}$/, 'must be a whole number, from 1')
    .transform(Number)
    .optional()
    .meta({
      description:
        'of a document that is read page by page: which page, counted from 1; it is there once that page is read',
    }),
});

/** GET /api/v1/tasks/{task_id}/result/raw: the OCR service's JSON byte for byte. */
export function resultRawRoute({ database }: ApiContext): Route {
  return {
    method: 'get',
    path: '/api/v1/tasks/{task_id}/result/raw',
    operation: {
      operationId: 'getRawResult',
      summary: "The OCR service's JSON, byte for byte",
      tags: ['Results'],
      requestParams: { path: taskPath, query },
      responses: {
        200: {
          description: 'as the OCR service sent it; `ETag` is its SHA-256',
          headers: commonHeaders,
          content: { 'application/json': { schema: {} } },
        },
        304: notModified,
        ...failures(400, 404, 409),
      },
    },
    handle: async (req: Request, res: Response) => {
      const { page } = parseQuery(query, req);
      const result = await findRawResult(database.db, parseTaskId(req), page);
      res.set({ ETag: `"${result.sha256}"`, 'Cache-Control': 'private, no-cache' });
      if (isNotModified(req, res)) return;
      // Set as it is: Express would add a charset, and the bytes are the service's.
      res.setHeader('Content-Type', 'application/json');
      res.setHeader('Content-Length', result.sizeBytes);
      if (req.method === 'HEAD') return void res.end();
      await sendPieces(res, Readable.from(rawResult(database.db, result)));
    },
  };
}
