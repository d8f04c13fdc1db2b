import type { Request, Response } from 'express';
import type { ApiContext } from '../context.ts';
import { exportAnswers, exportQuery } from '../documents/export-answers.ts';
import { formatOf } from '../documents/export-format.ts';
import { sendExport } from '../documents/send-export.ts';
import { parseTaskId, taskPath } from './parse.ts';
import type { Route } from './route.ts';

/** GET /api/v1/tasks/{task_id}/export: what was read, as a file to take away. */
export function exportTaskRoute(context: ApiContext): Route {
  return {
    method: 'get',
    path: '/api/v1/tasks/{task_id}/export',
    operation: {
      operationId: 'exportTask',
      summary: 'What was read, as a file to take away',
      tags: ['Documents'],
      requestParams: { path: taskPath, query: exportQuery },
      responses: exportAnswers,
    },
    handle: async (req: Request, res: Response) => {
      const { format, options } = formatOf(req, 'json');
      await sendExport(context, req, res, [parseTaskId(req)], format, options);
    },
  };
}
