import { Readable } from 'node:stream';
import type { Db } from '@ocrelay/db';
import { findText, type PageReading, pageReadings, type ResultInfo, rawResult } from '@ocrelay/tasks';
import type { Request, Response } from 'express';
import * as z from 'zod';
import type { ApiContext } from '../context.ts';
import { say } from '../messages/messages.ts';
import { ok } from '../messages/ok.ts';
import { answers, failures } from '../openapi/answers.ts';
import { sendPieces } from '../server/send-pieces.ts';
import { findDone } from './find-done.ts';
import { parseTaskId, taskPath } from './parse.ts';
import type { Route } from './route.ts';

const summary = z.object({
  task_id: z.uuid(),
  generation: z.int().meta({ description: 'the run of the task that read it' }),
  page_count: z.int(),
  size_bytes: z.int().meta({ description: 'of the raw JSON' }),
  sha256: z.string().meta({ description: 'of the raw JSON, hexadecimal' }),
  created_at: z.iso.datetime({ offset: true }),
  text: z.string().meta({ description: 'plain text in reading order' }),
});
const result = summary
  .extend({
    result: z
      .unknown()
      .optional()
      .meta({ description: "the OCR service's JSON; absent for a document that was read page by page" }),
    pages: z
      .array(
        z.object({
          page: z.int().min(1),
          result: z.unknown().optional().meta({ description: "the OCR service's JSON of this page" }),
          error: z
            .object({ code: z.string(), message: z.string() })
            .optional()
            .meta({ description: 'why there is none' }),
        }),
      )
      .optional()
      .meta({ description: 'of a document that was read page by page' }),
  })
  .meta({ id: 'Result' });

/** GET /api/v1/tasks/{task_id}/result: what was read, in the envelope. */
export function resultRoute({ database }: ApiContext): Route {
  return {
    method: 'get',
    path: '/api/v1/tasks/{task_id}/result',
    operation: {
      operationId: 'getResult',
      summary: 'What was read',
      tags: ['Results'],
      requestParams: { path: taskPath },
      responses: { ...answers(200, 'the result', result), ...failures(400, 404, 409) },
    },
    handle: async (req: Request, res: Response) => {
      const { task, result: info } = await findDone(database.db, parseTaskId(req));
      const text = (await findText(database.db, info.taskId)) ?? '';
      const envelope = JSON.stringify(ok(say(req, 'result'), toSummary(info, text)));
      const what =
        task.openPages === null
          ? named('result', rawJson(database.db, info))
          : named('pages', pagesJson(database.db, await pageReadings(database.db, task.id)));
      res.set('Cache-Control', 'private, no-cache').type('application/json; charset=utf-8');
      await sendPieces(res, Readable.from(spliced(envelope, what)));
    },
  };
}

function toSummary(info: ResultInfo, text: string): z.infer<typeof summary> {
  return {
    task_id: info.taskId,
    generation: info.generation,
    page_count: info.pageCount,
    size_bytes: info.sizeBytes,
    sha256: info.sha256,
    created_at: info.createdAt.toISOString(),
    text,
  };
}

const BOM = Buffer.from('\ufeff');

type Json = AsyncGenerator<string | Buffer>;

/** The envelope with one more field put into its `data`. */
async function* spliced(envelope: string, field: Json): Json {
  yield `${envelope.slice(0, -'}}'.length)},`;
  yield* field;
  yield '}}';
}

async function* named(name: string, value: Json): Json {
  yield `${JSON.stringify(name)}:`;
  yield* value;
}

async function* pagesJson(db: Db, pages: readonly PageReading[]): Json {
  yield '[';
  for (const [at, { page, result, error }] of pages.entries()) {
    yield `${at === 0 ? '' : ','}{"page":${page},`;
    if (result === null) yield `"error":${JSON.stringify(error)}`;
    else yield* named('result', rawJson(db, result));
    yield '}';
  }
  yield ']';
}

/**
 * The raw bytes as they are: they are valid JSON, or they would not have been stored, so tens of MiB need no parsing. A byte order
 * mark is no JSON inside a text and stays out.
 */
async function* rawJson(db: Db, info: ResultInfo): Json {
  let first = true;
  for await (const chunk of rawResult(db, info)) {
    yield first && chunk.subarray(0, BOM.length).equals(BOM) ? chunk.subarray(BOM.length) : chunk;
    first = false;
  }
}
