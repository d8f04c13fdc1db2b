import type { Request, Response } from 'express';
import * as z from 'zod';
import type { ApiContext } from '../context.ts';
import { exportAnswers, exportQuery } from '../documents/export-answers.ts';
import { formatOf } from '../documents/export-format.ts';
import { sendExport } from '../documents/send-export.ts';
import { invalidRequest } from '../errors/catalogue.ts';
import type { Route } from './route.ts';

/** Tasks in one file at the most. */
const MOST_TASKS = 100;

const taskIds = z.union([z.uuid().transform((id) => [id]), z.array(z.uuid()).max(MOST_TASKS)]);

/** GET /api/v1/export: what was read of several tasks, in one file. */
export function exportTasksRoute(context: ApiContext): Route {
  return {
    method: 'get',
    path: '/api/v1/export',
    operation: {
      operationId: 'exportTasks',
      summary: 'What was read of several tasks, in one file',
      description:
        'A workbook (`xlsx`) when no format is given, and of several tasks always: no other format holds more than one. A task that is ' +
        'named twice is taken once.',
      tags: ['Documents'],
      requestParams: {
        query: exportQuery.extend({
          task_id: z
            .array(z.uuid())
            .max(MOST_TASKS)
            .meta({ description: 'once for each task, in the order of the file' }),
        }),
      },
      responses: exportAnswers,
    },
    handle: async (req: Request, res: Response) => {
      const { format, options } = formatOf(req, 'xlsx');
      const { task_id, ...rest } = options;
      const ids = taskIds.safeParse(task_id);
      if (!ids.success) throw invalidRequest(`task_id: give 1 to ${MOST_TASKS} ids of tasks, each as ?task_id=…`);
      const unique = [...new Set(ids.data.map((id) => id.toLowerCase()))];
      await sendExport(context, req, res, unique, format, rest);
    },
  };
}
