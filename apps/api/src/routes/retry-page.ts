import { type Success, type TaskView, taskView } from '@ocrelay/contracts';
import { findPageTask, type Task } from '@ocrelay/tasks';
import type { Request, Response } from 'express';
import type { ApiContext } from '../context.ts';
import { noSuchPage, pageNotFound } from '../errors/catalogue.ts';
import { say } from '../messages/messages.ts';
import { ok } from '../messages/ok.ts';
import { answers, failures } from '../openapi/answers.ts';
import { requireTask } from '../operations/require-task.ts';
import { retryOne } from '../operations/retry-one.ts';
import { pageNumber, pagePath } from './find-page.ts';
import { parseTaskId } from './parse.ts';
import type { Route } from './route.ts';
import { toTaskView } from './task-view.ts';

/** POST /api/v1/tasks/{task_id}/pages/{page}/retry: tries one page of a document again. */
export function retryPageRoute(context: ApiContext): Route {
  const { db } = context.database;
  return {
    method: 'post',
    path: '/api/v1/tasks/{task_id}/pages/{page}/retry',
    operation: {
      operationId: 'retryPage',
      summary: 'Try one page of a document again',
      description:
        'For a page that has failed. Its document is in progress again until the page has ended, and keeps its other pages as they ' +
        'were read. A page that is in progress is left alone, and that is 200 too; one that was read is 409.',
      tags: ['Tasks'],
      requestParams: { path: pagePath },
      responses: { ...answers(200, 'the document, in progress', taskView), ...failures(400, 404, 409) },
    },
    handle: async (req: Request, res: Response<Success<TaskView>>) => {
      const id = parseTaskId(req);
      const page = await findPageTask(db, id, pageNumber(req));
      if (page === null) throw whyNoPage(await requireTask(db, id), pageNumber(req));
      const said = await retryOne(context, page.id, req.log);
      const task = await requireTask(db, id);
      res.json(ok(say(req, said), toTaskView(task)));
    },
  };
}

function whyNoPage({ id, openPages, totalPages }: Task, page: number) {
  if (openPages === null) return pageNotFound(`task ${id} is read in one piece: retry the task itself`);
  const pages = totalPages ?? 0;
  if (page < 1 || page > pages) return noSuchPage(pages);
  return pageNotFound(`the pages of task ${id} have not been parted yet: there is nothing to retry`);
}
