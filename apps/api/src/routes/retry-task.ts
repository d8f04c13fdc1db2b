import { type Success, type TaskView, taskView } from '@ocrelay/contracts';
import type { Request, Response } from 'express';
import type { ApiContext } from '../context.ts';
import { say } from '../messages/messages.ts';
import { ok } from '../messages/ok.ts';
import { answers, failures } from '../openapi/answers.ts';
import { requireTask } from '../operations/require-task.ts';
import { retryOne } from '../operations/retry-one.ts';
import { parseTaskId, taskPath } from './parse.ts';
import type { Route } from './route.ts';
import { toTaskView } from './task-view.ts';

/** POST /api/v1/tasks/{task_id}/retry: queues again what has failed or was cancelled of a task, and waits for nobody. */
export function retryTaskRoute(context: ApiContext): Route {
  const { database } = context;
  return {
    method: 'post',
    path: '/api/v1/tasks/{task_id}/retry',
    operation: {
      operationId: 'retryTask',
      summary: 'Try a failed or cancelled task again',
      description:
        'Queues the task in a new run and answers at once. Of a document that is done but for some of its pages, these are tried ' +
        'again. A task that is in progress is left alone, and that is 200 too; one that was only uploaded, or is done, is 409.',
      tags: ['Tasks'],
      requestParams: { path: taskPath },
      responses: { ...answers(200, 'the task, in progress', taskView), ...failures(400, 404, 409) },
    },
    handle: async (req: Request, res: Response<Success<TaskView>>) => {
      const id = parseTaskId(req);
      const said = await retryOne(context, id, req.log);
      const task = await requireTask(database.db, id);
      res.json(ok(say(req, said), toTaskView(task)));
    },
  };
}
