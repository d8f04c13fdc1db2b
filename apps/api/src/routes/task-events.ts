import { type Success, taskEventView } from '@ocrelay/contracts';
import { timeline } from '@ocrelay/tasks';
import type { Request, Response } from 'express';
import * as z from 'zod';
import type { ApiContext } from '../context.ts';
import { say } from '../messages/messages.ts';
import { ok } from '../messages/ok.ts';
import { answers, failures } from '../openapi/answers.ts';
import { requireTask } from '../operations/require-task.ts';
import { limitUpTo, parseQuery, parseTaskId, taskPath } from './parse.ts';
import type { Route } from './route.ts';
import { toEventView } from './task-view.ts';

const query = z.object({
  limit: limitUpTo(500, 100),
  after: z.coerce
    .number('must be an event_id')
    .int('must be an event_id')
    .min(0, 'must be an event_id')
    .default(0)
    .meta({ description: '`next_after` of the page before' }),
});

const page = z
  .object({
    events: z.array(taskEventView),
    next_after: z.int().nullable().meta({ description: 'null when there are no more now' }),
  })
  .meta({ id: 'TaskEventPage' });

/** GET /api/v1/tasks/{task_id}/events: what happened to a task, oldest first. */
export function taskEventsRoute({ database }: ApiContext): Route {
  return {
    method: 'get',
    path: '/api/v1/tasks/{task_id}/events',
    operation: {
      operationId: 'listTaskEvents',
      summary: 'What happened to a task, oldest first',
      tags: ['Tasks'],
      requestParams: { path: taskPath, query },
      responses: { ...answers(200, 'a page of its timeline', page), ...failures(400, 404) },
    },
    handle: async (req: Request, res: Response<Success<z.infer<typeof page>>>) => {
      const id = parseTaskId(req);
      const { limit, after } = parseQuery(query, req);
      await requireTask(database.db, id);
      const entries = await timeline(database.db, id, limit + 1, after);
      const events = entries.slice(0, limit).map(toEventView);
      const next = entries.length > limit ? (events.at(-1)?.event_id ?? null) : null;
      res.json(ok(say(req, 'events'), { events, next_after: next }));
    },
  };
}
