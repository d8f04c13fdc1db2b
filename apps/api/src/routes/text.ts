import { findText } from '@ocrelay/tasks';
import type { Request, Response } from 'express';
import * as z from 'zod';
import type { ApiContext } from '../context.ts';
import { noResultYet } from '../errors/catalogue.ts';
import { commonHeaders, failures, notModified } from '../openapi/answers.ts';
import { findDone } from './find-done.ts';
import { isNotModified } from './not-modified.ts';
import { parseTaskId, taskPath } from './parse.ts';
import type { Route } from './route.ts';
import { tagOf } from './tag-of.ts';

/** GET /api/v1/tasks/{task_id}/text: what was read, as plain text. */
export function textRoute({ database }: ApiContext): Route {
  return {
    method: 'get',
    path: '/api/v1/tasks/{task_id}/text',
    operation: {
      operationId: 'getText',
      summary: 'What was read, as plain text in reading order',
      tags: ['Results'],
      requestParams: { path: taskPath },
      responses: {
        200: { description: 'UTF-8', headers: commonHeaders, content: { 'text/plain': { schema: z.string() } } },
        304: notModified,
        ...failures(400, 404, 409),
      },
    },
    handle: async (req: Request, res: Response) => {
      const id = parseTaskId(req);
      const { result } = await findDone(database.db, id);
      // A text is made with its result, and changes with no other.
      res.set({ ETag: tagOf([result.sha256, result.createdAt]), 'Cache-Control': 'private, no-cache' });
      if (isNotModified(req, res)) return;
      const text = await findText(database.db, id);
      if (text === null) throw noResultYet(id, 'queued');
      res.type('text/plain; charset=utf-8').send(text);
    },
  };
}
