import type { Success } from '@ocrelay/contracts';
import type { Request, Response } from 'express';
import * as z from 'zod';
import type { ApiContext } from '../context.ts';
import { shuttingDown } from '../errors/catalogue.ts';
import { acceptImage } from '../intake/accept-image.ts';
import { say } from '../messages/messages.ts';
import { ok } from '../messages/ok.ts';
import { answers, failures } from '../openapi/answers.ts';
import { keyNameOf } from '../security/key-name.ts';
import { takeBody } from '../server/expect-continue.ts';
import { receiveImage } from '../upload/index.ts';
import { idempotencyHeader, parseIdempotencyKey } from './idempotency-key.ts';
import { parseQuery } from './parse.ts';
import type { Route } from './route.ts';

const query = z.object({
  start: z.enum(['true', 'false'], 'must be true or false').optional().meta({ description: 'true starts OCR at once' }),
});

const uploaded = z
  .object({
    task_id: z.uuid(),
    image_path: z.string().meta({ description: "the image store's key" }),
    message: z.string(),
  })
  .meta({ id: 'Uploaded' });

const file = {
  type: 'object' as const,
  required: ['file'],
  properties: {
    file: {
      type: 'string' as const,
      contentMediaType: 'application/octet-stream',
      description: 'PNG, JPEG, WebP, TIFF or BMP, or a PDF without a password; a PDF or TIFF may have several pages',
    },
  },
};

export const UPLOAD_PATH = '/api/v1/upload/image';

/** POST /api/v1/upload/image: stores an image and makes a task of it. */
export function uploadImageRoute(context: ApiContext): Route {
  const { config, images, draining, overload, pageReader } = context;
  const receive = receiveImage({
    store: images,
    maxUploadBytes: config.maxUploadBytes,
    maxImagePixels: config.maxImagePixels,
    maxPages: config.maxPages,
    renderDpi: config.renderDpi,
    pageReader,
    uploadTimeoutMs: config.uploadTimeoutMs,
  });
  return {
    method: 'post',
    path: UPLOAD_PATH,
    operation: {
      operationId: 'uploadImage',
      summary: 'Upload an image or a document',
      description:
        'Stores an image, or a PDF or TIFF of one or more pages, and makes one task of it. Its type is decided by its content, not ' +
        'by its name.',
      tags: ['Intake'],
      requestParams: { query, header: idempotencyHeader },
      requestBody: { required: true, content: { 'multipart/form-data': { schema: file } } },
      responses: {
        ...answers(201, 'the task', uploaded, z.object({ 'Idempotent-Replayed': z.enum(['true']).optional() })),
        ...failures(400, 408, 409, 413, 415, 422, 507),
      },
    },
    handle: async (req: Request, res: Response<Success<z.infer<typeof uploaded>>>) => {
      if (draining.aborted) throw shuttingDown();
      const start = parseQuery(query, req).start === 'true';
      const key = parseIdempotencyKey(req);
      await overload.refuseUploads();
      takeBody(req, res);
      const image = await receive(req, res);
      const idempotency = key === null ? null : { keyName: keyNameOf(res), key };
      const accepted = await acceptImage(context, image, { start, idempotency }, req.log);
      if (accepted.repeated) res.set('Idempotent-Replayed', 'true');
      const message = say(req, start ? 'uploadedAndQueued' : 'uploaded');
      res.status(201).json(ok(message, { task_id: accepted.taskId, image_path: accepted.imagePath, message }));
    },
  };
}
