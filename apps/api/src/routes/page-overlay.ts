import type { Db } from '@ocrelay/db';
import { overlaySvg } from '@ocrelay/exports';
import { findPageTask, type Task } from '@ocrelay/tasks';
import type { Request, Response } from 'express';
import type { ApiContext } from '../context.ts';
import { commonHeaders, failures } from '../openapi/answers.ts';
import { findPage, pagePath } from './find-page.ts';
import type { Route } from './route.ts';

/** Nothing but the picture of the page is loaded, and nothing runs. */
const POLICY = "default-src 'none'; img-src 'self'";

/** GET /api/v1/tasks/{task_id}/pages/{page}/overlay.svg: the boxes of a page over its picture. */
export function pageOverlayRoute(context: ApiContext): Route {
  return {
    method: 'get',
    path: '/api/v1/tasks/{task_id}/pages/{page}/overlay.svg',
    operation: {
      operationId: 'getPageOverlay',
      summary: 'Where blocks and cells stand: boxes over the picture of the page',
      description:
        'As large as the window that shows it, in pixels of the page. A page that could not be read says why.',
      tags: ['Documents'],
      requestParams: { path: pagePath },
      responses: {
        200: { description: 'the picture with its boxes', headers: commonHeaders, content: { 'image/svg+xml': {} } },
        ...failures(400, 404, 409, 422),
      },
    },
    handle: async (req: Request, res: Response) => {
      const { task, page } = await findPage(context, req);
      const picture = page.width > 0 ? null : await pictureSize(context.database.db, task, page.number);
      res.set({ 'Content-Security-Policy': POLICY, 'Cache-Control': 'private, no-cache' });
      res.type('image/svg+xml').send(overlaySvg(page, 'image', picture));
    },
  };
}

/** Of a page that the reading tells no size of, as of one that could not be read; null where its picture does not tell either. */
async function pictureSize(db: Db, task: Task, page: number): Promise<Pick<Task, 'width' | 'height'> | null> {
  if (task.openPages !== null) return findPageTask(db, task.id, page);
  return page === 1 ? task : null;
}
