import { type Success, type TaskView, taskView } from '@ocrelay/contracts';
import type { Request, Response } from 'express';
import type { ApiContext } from '../context.ts';
import { say } from '../messages/messages.ts';
import { ok } from '../messages/ok.ts';
import { answers, failures } from '../openapi/answers.ts';
import { requireTask } from '../operations/require-task.ts';
import { parseTaskId, taskPath } from './parse.ts';
import type { Route } from './route.ts';
import { toTaskView } from './task-view.ts';

/** GET /api/v1/tasks/{task_id}: where a task stands now. */
export function getTaskRoute({ database }: ApiContext): Route {
  return {
    method: 'get',
    path: '/api/v1/tasks/{task_id}',
    operation: {
      operationId: 'getTask',
      summary: 'Where a task stands',
      tags: ['Tasks'],
      requestParams: { path: taskPath },
      responses: { ...answers(200, 'the task', taskView), ...failures(400, 404) },
    },
    handle: async (req: Request, res: Response<Success<TaskView>>) => {
      const id = parseTaskId(req);
      const task = await requireTask(database.db, id);
      res.json(ok(say(req, 'task'), toTaskView(task)));
    },
  };
}
