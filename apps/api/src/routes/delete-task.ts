import type { Success } from '@ocrelay/contracts';
import { deleteTask } from '@ocrelay/tasks';
import { imageLeftBehind, taskDeleted } from '@ocrelay/telemetry';
import type { Request, Response } from 'express';
import * as z from 'zod';
import type { ApiContext } from '../context.ts';
import { isPageOf, taskNotFound } from '../errors/catalogue.ts';
import { say } from '../messages/messages.ts';
import { ok } from '../messages/ok.ts';
import { answers, failures } from '../openapi/answers.ts';
import { letGo } from '../operations/let-go.ts';
import { parseTaskId, taskPath } from './parse.ts';
import type { Route } from './route.ts';

const deleted = z.object({ task_id: z.uuid() }).meta({ id: 'Deleted' });

/** DELETE /api/v1/tasks/{task_id}: a task and everything that belongs to it. */
export function deleteTaskRoute(context: ApiContext): Route {
  const { database, images } = context;
  return {
    method: 'delete',
    path: '/api/v1/tasks/{task_id}',
    operation: {
      operationId: 'deleteTask',
      summary: 'Delete a task',
      description:
        'Removes the task with its pages, images, results and events, whatever its status; one that is in progress ends as if cancelled. ' +
        'Answers 200 once; from then on there is no such task, so a repetition is 404 `task_not_found`, which says as much. ' +
        'Its `Idempotency-Key` is free again.',
      tags: ['Tasks'],
      requestParams: { path: taskPath },
      responses: { ...answers(200, 'it is gone', deleted), ...failures(400, 404, 409) },
    },
    handle: async (req: Request, res: Response<Success<z.infer<typeof deleted>>>) => {
      const id = parseTaskId(req);
      const gone = await deleteTask(database.db, id);
      if (gone.kind === 'not_found') throw taskNotFound(id);
      if (gone.kind === 'is_page') throw isPageOf(id, gone.documentId);
      taskDeleted(req.log, id);
      letGo(context, gone.left, req.log);
      // After the row: a crash in between leaves an image without a task, never a task without its image.
      for (const path of gone.imagePaths) {
        await images.delete(path).catch((error: unknown) => imageLeftBehind(req.log, path, error));
      }
      res.json(ok(say(req, 'deleted'), { task_id: id }));
    },
  };
}
