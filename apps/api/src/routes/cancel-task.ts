import { type Success, type TaskView, taskView } from '@ocrelay/contracts';
import { cancel } from '@ocrelay/tasks';
import { taskCancelled } from '@ocrelay/telemetry';
import type { Request, Response } from 'express';
import type { ApiContext } from '../context.ts';
import { isPageOf, nothingToCancel, taskNotFound } from '../errors/catalogue.ts';
import { say } from '../messages/messages.ts';
import { ok } from '../messages/ok.ts';
import { answers, failures } from '../openapi/answers.ts';
import { letGo } from '../operations/let-go.ts';
import { requireTask } from '../operations/require-task.ts';
import { parseTaskId, taskPath } from './parse.ts';
import type { Route } from './route.ts';
import { toTaskView } from './task-view.ts';

/** POST /api/v1/tasks/{task_id}/cancel: ends a task that has not ended. */
export function cancelTaskRoute(context: ApiContext): Route {
  const { db } = context.database;
  return {
    method: 'post',
    path: '/api/v1/tasks/{task_id}/cancel',
    operation: {
      operationId: 'cancelTask',
      summary: 'Cancel a task',
      description:
        'Any task that has not ended is cancelled at once, and whatever is under way for it can no longer change it. ' +
        'A document is cancelled with its pages; a page alone cannot be. ' +
        'Cancelling a cancelled task is 200 again; one that is done or has failed is 409. ' +
        'The OCR protocol has no call to stop a job: a service that works on an image or a page may go on, and its answer is dropped. ' +
        'A service that offers such a call beyond the protocol, as the bundled engine does, is told.',
      tags: ['Tasks'],
      requestParams: { path: taskPath },
      responses: { ...answers(200, 'the task, cancelled', taskView), ...failures(400, 404, 409) },
    },
    handle: async (req: Request, res: Response<Success<TaskView>>) => {
      const id = parseTaskId(req);
      const outcome = await cancel(db, id);
      if (outcome.kind === 'not_found') throw taskNotFound(id);
      if (outcome.kind === 'is_page') throw isPageOf(id, outcome.documentId);
      if (outcome.kind === 'already_ended') throw nothingToCancel(id, outcome.status);
      if (outcome.kind === 'cancelled') {
        taskCancelled(req.log, id);
        letGo(context, outcome.left, req.log);
      }
      const task = await requireTask(db, id);
      res.json(ok(say(req, messageOf(outcome)), toTaskView(task)));
    },
  };
}

function messageOf(outcome: Awaited<ReturnType<typeof cancel>>) {
  if (outcome.kind !== 'cancelled') return 'cancelledBefore';
  const isUnderWay = outcome.left.some(({ ocrJob, mayBeSubmitted }) => ocrJob !== null || mayBeSubmitted);
  return isUnderWay ? 'cancelledUnderWay' : 'cancelled';
}
