import type { Request, Response } from 'express';
import * as z from 'zod';
import type { ApiContext } from '../context.ts';
import { commonHeaders, failures } from '../openapi/answers.ts';
import type { Route } from './route.ts';

/**
 * GET /metrics: for Prometheus. What this process has done, and what Postgres says of the whole installation. Answers while
 * Postgres is away too: that is when it is looked at.
 */
export function metricsRoute({ metrics, watchInstallation }: ApiContext): Route {
  return {
    method: 'get',
    path: '/metrics',
    operation: {
      operationId: 'metrics',
      summary: "Metrics, in Prometheus' text format",
      description:
        'Of the whole installation, some seconds old, and of this process. Wants an API key like every route, once there ' +
        'are any; Prometheus sends one with `authorization.credentials`. Metrics of a worker are on its `HEALTH_PORT`.',
      tags: ['Health'],
      responses: {
        200: {
          description: 'version 0.0.4 of the format',
          headers: commonHeaders,
          content: { 'text/plain': { schema: z.string() } },
        },
        ...failures(),
      },
    },
    handle: async (_req: Request, res: Response) => {
      await watchInstallation();
      const text = await metrics.text();
      res.set('Content-Type', metrics.contentType).set('Cache-Control', 'no-store').end(text);
    },
  };
}
