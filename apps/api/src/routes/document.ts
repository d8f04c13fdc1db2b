import { Readable } from 'node:stream';
import { box, confidence, DOCUMENT_VERSION, documentModel, unpackedPieces, unpackedSize } from '@ocrelay/document';
import type { Request, Response } from 'express';
import * as z from 'zod';
import type { ApiContext } from '../context.ts';
import { languageOf, say } from '../messages/messages.ts';
import { ok } from '../messages/ok.ts';
import { answers, failures, notModified } from '../openapi/answers.ts';
import { sendPieces } from '../server/send-pieces.ts';
import { findDone } from './find-done.ts';
import { isKnownByName, isNotModified } from './not-modified.ts';
import { parseQuery, parseTaskId, taskPath } from './parse.ts';
import type { Route } from './route.ts';
import { tagOf } from './tag-of.ts';

const query = z.object({
  max_confidence: z
    .string()
    .regex(/^(\d+(\.\d*)?|\.\d+)$/, 'must be a number from 0 to 1')
    .transform(Number)
    .refine((value) => value <= 1, 'must be a number from 0 to 1')
    .optional()
    .meta({ description: 'answers what to check first instead: the least certain parts, up to this confidence' }),
});

const toCheck = z
  .object({
    document_version: z.int(),
    to_check: z.array(
      z.object({
        page: z.int(),
        block: z.int().meta({ description: 'its id on the page' }),
        cell: z.object({ row: z.int(), column: z.int() }).optional(),
        text: z.string(),
        bbox: box.optional(),
        confidence,
      }),
    ),
  })
  .meta({ id: 'ToCheck', description: 'blocks, or cells of tables, the least certain first' });

/** GET /api/v1/tasks/{task_id}/document: what was read, as pages, blocks and tables; or what of it to check first. */
export function documentRoute({ database, documentOf, workshop }: ApiContext): Route {
  return {
    method: 'get',
    path: '/api/v1/tasks/{task_id}/document',
    operation: {
      operationId: 'getDocument',
      summary: 'What was read, as pages, blocks and tables',
      tags: ['Documents'],
      requestParams: { path: taskPath, query },
      responses: {
        ...answers(
          200,
          'the document; with `max_confidence`, what of it to check first',
          z.union([documentModel, toCheck]),
        ),
        304: notModified,
        ...failures(400, 404, 409, 422),
      },
    },
    handle: async (req: Request, res: Response) => {
      const { max_confidence } = parseQuery(query, req);
      const { result } = await findDone(database.db, parseTaskId(req));
      // The message is in the request's language.
      const tag = tagOf([result.sha256, DOCUMENT_VERSION, max_confidence ?? null, languageOf(req)]);
      res.set({ ETag: tag, 'Cache-Control': 'private, no-cache', Vary: 'Accept-Language' });
      if (isKnownByName(req, res)) return;
      const document = await documentOf(result);
      if (isNotModified(req, res)) return;
      const data = max_confidence === undefined ? document : await workshop.leastCertain(document, max_confidence);
      // Put into the envelope as it is: tens of MiB need no parsing here.
      const envelope = JSON.stringify(ok(say(req, 'document'), null)).slice(0, -'null}'.length);
      res.type('application/json; charset=utf-8');
      res.setHeader('Content-Length', Buffer.byteLength(envelope) + unpackedSize(data) + '}'.length);
      if (req.method === 'HEAD') return void res.end();
      await sendPieces(res, Readable.from(around(envelope, unpackedPieces(data), '}')));
    },
  };
}

async function* around(before: string, pieces: AsyncIterable<Uint8Array>, after: string) {
  yield before;
  yield* pieces;
  yield after;
}
