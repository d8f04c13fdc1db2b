import { errorCode, type Success } from '@ocrelay/contracts';
import type { Request, Response } from 'express';
import * as z from 'zod';
import type { ApiContext } from '../context.ts';
import { notReady } from '../errors/catalogue.ts';
import { ok } from '../messages/ok.ts';
import { answers, failureAnswer } from '../openapi/answers.ts';
import type { Standing } from '../readiness/readiness.ts';
import type { Route } from './route.ts';

const trouble = z.object({
  dependency: z.enum(['database', 'storage', 'queue', 'ocr', 'intake', 'server']),
  code: errorCode,
  reason: z.string(),
});
const readiness = z
  .object({
    status: z.enum(['ready', 'degraded', 'unavailable']),
    degraded: z.boolean().meta({ description: 'uploads are taken, but something that tasks need is in trouble' }),
    troubles: z.array(trouble),
  })
  .meta({ id: 'Readiness' });

/** GET /healthz: the process lives. Asks nobody else, so that nobody else's trouble restarts it. */
export function healthzRoute(): Route {
  return {
    method: 'get',
    path: '/healthz',
    operation: {
      operationId: 'healthz',
      summary: 'Whether the process lives',
      tags: ['Health'],
      security: [],
      responses: answers(200, 'it lives', z.null()),
    },
    handle: (_req: Request, res: Response<Success<null>>) => {
      res.json(ok('alive', null));
    },
  };
}

/** GET /readyz: whether uploads can be taken; trouble with the queue or the OCR service takes intake away from nobody. */
export function readyzRoute({ readiness: readinessOfAll }: ApiContext): Route {
  return {
    method: 'get',
    path: '/readyz',
    operation: {
      operationId: 'readyz',
      summary: 'Whether uploads can be taken',
      tags: ['Health'],
      security: [],
      responses: {
        ...answers(200, 'they can; `degraded` says whether tasks will have to wait', readiness),
        503: failureAnswer('they cannot, or the server is stopping', readiness),
      },
    },
    handle: async (_req: Request, res: Response<Success<z.infer<typeof readiness>>>) => {
      const standing = await readinessOfAll.now();
      const data = toReadiness(standing);
      if (!standing.ready) {
        const [first] = standing.troubles;
        throw notReady(data, first?.code ?? 'internal_error', reasons(standing));
      }
      res.json(ok(data.degraded ? `degraded: ${reasons(standing)}` : 'ready', data));
    },
  };
}

function toReadiness({ ready, troubles }: Standing): z.infer<typeof readiness> {
  const degraded = ready && troubles.length > 0;
  return { status: ready ? (degraded ? 'degraded' : 'ready') : 'unavailable', degraded, troubles: [...troubles] };
}

function reasons({ troubles }: Standing): string {
  return troubles.map((one) => one.reason).join('; ');
}
