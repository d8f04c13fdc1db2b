import { type Success, status, taskView } from '@ocrelay/contracts';
import { listTasks } from '@ocrelay/tasks';
import type { Request, Response } from 'express';
import * as z from 'zod';
import type { ApiContext } from '../context.ts';
import { say } from '../messages/messages.ts';
import { ok } from '../messages/ok.ts';
import { answers, failures } from '../openapi/answers.ts';
import { parseCursor, toCursor } from './cursor.ts';
import { limitUpTo, parseQuery } from './parse.ts';
import type { Route } from './route.ts';
import { toTaskView } from './task-view.ts';

const query = z.object({
  status: status.optional().meta({ description: 'only tasks that stand there' }),
  limit: limitUpTo(200, 50),
  cursor: z.string().max(200).optional().meta({ description: '`next_cursor` of the page before' }),
});

const page = z
  .object({
    tasks: z.array(taskView),
    next_cursor: z.string().nullable().meta({ description: 'null on the last page' }),
  })
  .meta({ id: 'TaskPage' });

/** GET /api/v1/tasks: tasks, newest first. */
export function listTasksRoute({ database }: ApiContext): Route {
  return {
    method: 'get',
    path: '/api/v1/tasks',
    operation: {
      operationId: 'listTasks',
      summary: 'Tasks, newest first',
      tags: ['Tasks'],
      requestParams: { query },
      responses: { ...answers(200, 'a page of tasks', page), ...failures(400) },
    },
    handle: async (req: Request, res: Response<Success<z.infer<typeof page>>>) => {
      const asked = parseQuery(query, req);
      const after = asked.cursor === undefined ? null : parseCursor(asked.cursor);
      const found = await listTasks(database.db, { status: asked.status ?? null, limit: asked.limit, after });
      const next = found.nextAfter === null ? null : toCursor(found.nextAfter);
      res.json(ok(say(req, 'tasks'), { tasks: found.tasks.map(toTaskView), next_cursor: next }));
    },
  };
}
