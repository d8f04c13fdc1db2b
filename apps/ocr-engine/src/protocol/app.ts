import { rmSync } from 'node:fs';
import type { Logger } from '@ocrelay/telemetry';
import express, { type ErrorRequestHandler, type Express, type Request, type Response } from 'express';
import multer from 'multer';
import { requireToken } from './bearer-token.ts';
import type { JobRunner } from './job-runner.ts';
import type { Job, JobTable } from './job-table.ts';
import { longPoll, pollQuery } from './long-poll.ts';
import { receiveUpload } from './receive-upload.ts';
import { refuse } from './refuse.ts';

/** When the queue is full, how long a client does well to wait, seconds. */
const RETRY_AFTER_S = 5;

/** What the server is made of. */
export interface ProtocolParts {
  readonly table: JobTable;
  readonly runner: JobRunner;
  readonly isAlive: () => boolean;
  readonly token: string | null;
  readonly uploadFolder: string;
  readonly maxUploadBytes: number;
  readonly log: Logger;
}

/** The one call that the protocol does not have, as `/health` offers it: clients send it only to services that do. */
const EXTENSIONS = { cancel_job: 'DELETE /jobs/{job_id}' } as const;

/** The jobs protocol's server. */
export function createApp(parts: ProtocolParts): Express {
  const { table, runner, log } = parts;
  const app = express().disable('x-powered-by').disable('etag');
  app.use(requireToken(parts.token));

  app.get('/health', (_request, response) => {
    response.json({
      ok: true,
      queue_len: runner.queueLength(),
      worker_alive: parts.isAlive(),
      extensions: EXTENSIONS,
    });
  });

  const refuseWhenFull = (request: Request, response: Response): boolean => {
    if (!runner.isFull()) return false;
    response.set('Retry-After', String(RETRY_AFTER_S));
    refuse(request, response, 503, 'The queue is full; try again later.');
    return true;
  };
  app.post(
    '/jobs-from-uploading',
    (request, response, next) => {
      if (!refuseWhenFull(request, response)) next();
    },
    receiveUpload(parts.uploadFolder, parts.maxUploadBytes),
    (request, response) => {
      const file = request.file;
      if (file === undefined) return refuse(request, response, 400, 'There is no part named "file".');
      // Others may have come while this one was received.
      if (refuseWhenFull(request, response)) return rmSync(file.path, { force: true });
      const job = table.add(file.path, file.originalname);
      runner.add(job);
      response.status(201).json({ job_id: job.id, status: 'queued' });
    },
  );

  const findJob = (request: Request<{ id: string }>, response: Response): Job | null => {
    table.prune();
    const job = table.find(request.params.id);
    if (job === null) refuse(request, response, 404, 'There is no such job (any more).');
    return job;
  };

  app.get('/longpoll/jobs/:id', async (request, response) => {
    const job = findJob(request, response);
    if (job === null) return;
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const answer = await longPoll(job, pollQuery(request.query), gone.signal);
    if (gone.signal.aborted) return;
    if (table.find(job.id) === null) return refuse(request, response, 404, 'The job was stopped.');
    response.json(answer);
  });

  app.get('/result/json/jobs/:id', (request, response) => {
    const job = findJob(request, response);
    if (job === null) return;
    if (job.result === null) return refuse(request, response, 409, 'The job is not done yet.');
    response.type('application/json').send(job.result.json);
  });

  app.get('/result/markdown/jobs/:id', (request, response) => {
    const job = findJob(request, response);
    if (job === null) return;
    if (job.result === null) return refuse(request, response, 409, 'The job is not done yet.');
    if (job.result.markdown === null) return refuse(request, response, 404, 'The image could not be read.');
    response.type('text/markdown').send(job.result.markdown);
  });

  app.get('/result/images/jobs/:id', (request, response) => {
    refuse(request, response, 404, 'This engine makes no output images.');
  });

  app.delete('/jobs/:id', (request, response) => {
    const job = findJob(request, response);
    if (job === null) return;
    runner.stop(job);
    log.info({ job_id: job.id, was_done: job.result !== null }, 'job cancelled');
    response.status(204).end();
  });

  app.use((request, response) => refuse(request, response, 404, 'There is no such call.'));
  const onError: ErrorRequestHandler = (error: unknown, request, response, next) => {
    if (response.headersSent) return next(error);
    const { status, detail } = classify(error);
    if (status === 500) log.error({ err: error }, 'call failed');
    refuse(request, response, status, detail);
  };
  return app.use(onError);
}

function classify(error: unknown): { status: number; detail: string } {
  if (error instanceof multer.MulterError) {
    return error.code === 'LIMIT_FILE_SIZE'
      ? { status: 413, detail: 'The file is too large.' }
      : { status: 400, detail: `The upload is not as expected: ${error.message}.` };
  }
  const status = error instanceof Error && 'status' in error && typeof error.status === 'number' ? error.status : 500;
  if (status >= 400 && status < 500) return { status, detail: 'The call is malformed.' };
  // busboy's complaints about a body that is no multipart have neither a class nor a status.
  if (error instanceof Error && /multipart|boundary|unexpected end of form|malformed part/i.test(error.message)) {
    return { status: 400, detail: 'The body is not a complete multipart form.' };
  }
  return { status: 500, detail: 'The engine failed.' };
}
