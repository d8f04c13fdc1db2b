import { errorCode, type Success, stage, status } from '@ocrelay/contracts';
import { pagesOf, type Task } from '@ocrelay/tasks';
import type { Request, Response } from 'express';
import * as z from 'zod';
import type { ApiContext } from '../context.ts';
import { say } from '../messages/messages.ts';
import { ok } from '../messages/ok.ts';
import { answers, failures } from '../openapi/answers.ts';
import { requireTask } from '../operations/require-task.ts';
import { parseTaskId, taskPath } from './parse.ts';
import type { Route } from './route.ts';

const pages = z
  .object({
    pages: z.array(
      z.object({
        page: z.int().meta({ description: 'counted from 1' }),
        task_id: z.uuid().meta({ description: 'of the page: it has a timeline of its own' }),
        status,
        stage: stage.nullable(),
        error_code: errorCode.nullable(),
        error_message: z.string().nullable(),
        attempt: z.int(),
      }),
    ),
  })
  .meta({ id: 'TaskPages' });

/** GET /api/v1/tasks/{task_id}/pages: how the pages of a document stand. */
export function taskPagesRoute({ database }: ApiContext): Route {
  return {
    method: 'get',
    path: '/api/v1/tasks/{task_id}/pages',
    operation: {
      operationId: 'listPages',
      summary: 'How the pages of a document stand',
      description: 'Empty for an image, and for a document until it is split into its pages.',
      tags: ['Tasks'],
      requestParams: { path: taskPath },
      responses: { ...answers(200, 'the pages, in their order', pages), ...failures(400, 404) },
    },
    handle: async (req: Request, res: Response<Success<z.infer<typeof pages>>>) => {
      const id = parseTaskId(req);
      await requireTask(database.db, id);
      res.json(ok(say(req, 'pages'), { pages: (await pagesOf(database.db, id)).map(toPage) }));
    },
  };
}

function toPage(task: Task) {
  return {
    page: task.page ?? 1,
    task_id: task.id,
    status: task.status,
    stage: task.stage,
    error_code: task.errorCode,
    error_message: task.errorMessage,
    attempt: task.attempt,
  };
}
