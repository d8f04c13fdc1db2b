import { type Success, status } from '@ocrelay/contracts';
import { start } from '@ocrelay/tasks';
import { taskStarted } from '@ocrelay/telemetry';
import express, { type Request, type Response } from 'express';
import * as z from 'zod';
import type { ApiContext } from '../context.ts';
import { alreadyDone, documentCancelled, taskNotFound } from '../errors/catalogue.ts';
import { addJob } from '../intake/add-job.ts';
import { waitForSubmit } from '../intake/wait-for-submit.ts';
import { say, sayStarted } from '../messages/messages.ts';
import { ok } from '../messages/ok.ts';
import { answers, failures } from '../openapi/answers.ts';
import { parseTaskId, taskPath } from './parse.ts';
import type { Route } from './route.ts';

const started = z
  .object({
    task_id: z.uuid(),
    ocr_job_id: z.string().nullable().meta({ description: 'null for a document: its pages have jobs of their own' }),
    status: status.extract(['ocr_processing']),
    message: z.string(),
  })
  .meta({ id: 'Started' });
const queued = z
  .object({
    task_id: z.uuid(),
    ocr_job_id: z.null(),
    status: status.extract(['queued']),
    message: z.string(),
  })
  .meta({ id: 'Queued' });

/** POST /api/v1/ocr/start/{task_id}: queues the task and waits a while for the OCR service to take it. */
export function startOcrRoute(context: ApiContext): Route {
  const { config, database } = context;
  return {
    method: 'post',
    path: '/api/v1/ocr/start/{task_id}',
    operation: {
      operationId: 'startOcr',
      summary: 'Start OCR',
      description:
        'Idempotent while the task is in progress; a failed task starts again. Waits some seconds for the OCR service to take the ' +
        'image, or for the document to be parted into pages.',
      tags: ['Intake'],
      requestParams: { path: taskPath },
      responses: {
        ...answers(200, 'the OCR service has the image, or the pages of the document are on their way', started),
        ...answers(202, 'queued; the task says when it has begun', queued),
        ...failures(400, 404, 409, 413, 502),
      },
    },
    handle: async (req: Request, res: Response<Success<z.infer<typeof started | typeof queued>>>) => {
      const id = parseTaskId(req);
      await refuseMalformedBody(req, res);
      const outcome = await start(database.db, id, config.taskDeadlineMs);
      if (outcome.kind === 'not_found') throw taskNotFound(id);
      if (outcome.kind === 'document_cancelled') throw documentCancelled(id, outcome.documentId);
      if (outcome.kind === 'already_done') throw alreadyDone(id);
      if (outcome.kind === 'started') {
        taskStarted(req.log, id, outcome.job.generation);
        await addJob(context, outcome.job, req.log);
      }
      // Until its document is split, a page is what its last run has left of it.
      const submitted = outcome.kind === 'waits_for_document' ? null : await waitForSubmit(context, id, res);
      if (submitted === null) {
        const message = say(req, 'startQueued');
        res.status(202).json(ok(message, { task_id: id, ocr_job_id: null, status: 'queued', message }));
      } else {
        const { ocrJobId } = submitted;
        const message = sayStarted(req, ocrJobId);
        res.json(ok(message, { task_id: id, ocr_job_id: ocrJobId, status: 'ocr_processing', message }));
      }
    },
  };
}

const readJson = express.json({ strict: false });

/** The route needs no body; one that claims to be JSON must be it, so that a client's mistake does not pass unseen. */
function refuseMalformedBody(req: Request, res: Response): Promise<void> {
  return new Promise((resolve, reject) =>
    readJson(req, res, (error?: unknown) => (error === undefined ? resolve() : reject(error))),
  );
}
