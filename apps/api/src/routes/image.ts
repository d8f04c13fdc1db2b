import type { Task } from '@ocrelay/tasks';
import type { Request, Response } from 'express';
import type { ApiContext } from '../context.ts';
import { openImage } from '../documents/stored-image.ts';
import { commonHeaders, failures, notModified } from '../openapi/answers.ts';
import { requireTask } from '../operations/require-task.ts';
import { sendPieces } from '../server/send-pieces.ts';
import { IMAGE_FORMATS } from '../upload/index.ts';
import { disposition } from './disposition.ts';
import { isNotModified } from './not-modified.ts';
import { parseTaskId, taskPath } from './parse.ts';
import type { Route } from './route.ts';

const TYPES = Object.values(IMAGE_FORMATS).map(({ contentType }) => contentType);

/** GET /api/v1/tasks/{task_id}/image: the image, or document, as it was uploaded. */
export function imageRoute({ database, images }: ApiContext): Route {
  return {
    method: 'get',
    path: '/api/v1/tasks/{task_id}/image',
    operation: {
      operationId: 'getImage',
      summary: 'The image, or document, as it was uploaded; of a page of a document, its picture',
      tags: ['Tasks'],
      requestParams: { path: taskPath },
      responses: {
        200: {
          description: 'its bytes; `ETag` is their SHA-256',
          headers: commonHeaders,
          content: Object.fromEntries(TYPES.map((type) => [type, {}])),
        },
        304: notModified,
        ...failures(400, 404),
      },
    },
    handle: async (req: Request, res: Response) => {
      const id = parseTaskId(req);
      const task = await requireTask(database.db, id);
      // An image never changes under its task's id.
      res.set({ ETag: `"${task.sha256}"`, 'Cache-Control': 'private, max-age=3600' });
      if (isNotModified(req, res)) return;
      const image = await openImage(images, task);
      res.set('Content-Disposition', disposition('inline', task.originalFilename ?? id, asciiName(task)));
      res.setHeader('Content-Type', task.contentType);
      res.setHeader('Content-Length', image.sizeBytes);
      if (req.method === 'HEAD') {
        image.stream.destroy();
        return void res.end();
      }
      await sendPieces(res, image.stream);
    },
  };
}

/** The task's id, with what its name ends in: programs go by that. */
function asciiName({ id, originalFilename }: Task): string {
  return `${id}${/\.[A-Za-z0-9]{1,8}$/.exec(originalFilename ?? '')?.[0] ?? ''}`;
}
