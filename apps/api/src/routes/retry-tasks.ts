import { errorCode, type Success, status } from '@ocrelay/contracts';
import { tasksRetried } from '@ocrelay/telemetry';
import type { Request, Response } from 'express';
import * as z from 'zod';
import type { ApiContext } from '../context.ts';
import { sayRetried } from '../messages/messages.ts';
import { ok } from '../messages/ok.ts';
import { answers, failures } from '../openapi/answers.ts';
import { retryMany } from '../operations/retry-many.ts';
import { leftSignal } from '../server/left-signal.ts';
import { parseBody, readBody } from './body.ts';
import type { Route } from './route.ts';

const LIMIT_MOST = 10_000;
const LIMIT_USUAL = 1_000;

const instant = z.iso.datetime({
  offset: true,
  error: 'must be an ISO 8601 time with an offset: 2026-11-24T08:00:00Z',
});

const body = z
  .strictObject({
    status: status.extract(['ocr_failed', 'cancelled']).default('ocr_failed').meta({ description: 'how they ended' }),
    error_code: errorCode.optional().meta({ description: 'only those that failed with it' }),
    finished_after: instant.optional().meta({ description: 'only those that ended then or later' }),
    finished_before: instant.optional().meta({ description: 'only those that ended earlier' }),
    limit: z
      .int(`must be 1 to ${LIMIT_MOST}`)
      .min(1, `must be 1 to ${LIMIT_MOST}`)
      .max(LIMIT_MOST, `must be 1 to ${LIMIT_MOST}`)
      .default(LIMIT_USUAL)
      .meta({ description: 'how many at most' }),
  })
  .refine((asked) => asked.status === 'ocr_failed' || asked.error_code === undefined, {
    path: ['error_code'],
    error: 'goes with status ocr_failed only: a cancelled task has none',
  })
  .meta({ id: 'RetryTasks' });

const retried = z
  .object({
    retried: z.int().meta({ description: 'how many tasks were queued again' }),
    more: z.boolean().meta({ description: 'others that fit were left: ask again' }),
  })
  .meta({ id: 'RetriedTasks' });

/** POST /api/v1/tasks/retry: queues all tasks again that ended in some way. */
export function retryTasksRoute(context: ApiContext): Route {
  return {
    method: 'post',
    path: '/api/v1/tasks/retry',
    operation: {
      operationId: 'retryTasks',
      summary: 'Try failed or cancelled tasks again',
      description:
        'Queues up to `limit` of the tasks that fit in new runs; without a body, those that have failed. ' +
        'While `more` is true, the same request goes on with the others.',
      tags: ['Tasks'],
      requestBody: { required: false, content: { 'application/json': { schema: body } } },
      responses: { ...answers(200, 'how many are on their way', retried), ...failures(400, 413) },
    },
    handle: async (req: Request, res: Response<Success<z.infer<typeof retried>>>) => {
      const startedAtMs = performance.now();
      const asked = parseBody(body, await readBody(req, res));
      const leaving = leftSignal(res, context.draining);
      const filter = {
        status: asked.status,
        errorCode: asked.error_code ?? null,
        finishedAfter: toDate(asked.finished_after),
        finishedBefore: toDate(asked.finished_before),
      };
      const { count, more } = await retryMany(context, filter, asked.limit, leaving.signal, req.log).finally(
        leaving.release,
      );
      tasksRetried(req.log, count, asked, Math.round(performance.now() - startedAtMs));
      res.json(ok(sayRetried(req, count, more), { retried: count, more }));
    },
  };
}

function toDate(time: string | undefined): Date | null {
  return time === undefined ? null : new Date(time);
}
