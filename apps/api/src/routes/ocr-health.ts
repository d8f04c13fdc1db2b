import type { OcrErrorCode, Success } from '@ocrelay/contracts';
import type { OcrHealth } from '@ocrelay/ocr';
import { dependencyTrouble } from '@ocrelay/telemetry';
import type { Request, Response } from 'express';
import * as z from 'zod';
import type { ApiContext } from '../context.ts';
import { ocrUnhealthy } from '../errors/catalogue.ts';
import { say } from '../messages/messages.ts';
import { ok } from '../messages/ok.ts';
import { answers, failureAnswer, failures } from '../openapi/answers.ts';
import { findOcrStanding } from '../readiness/ocr-standing.ts';
import { leftSignal } from '../server/left-signal.ts';
import type { Route } from './route.ts';

const serviceInfo = z
  .looseObject({ ok: z.boolean(), queue_len: z.number().nullish(), worker_alive: z.boolean().nullish() })
  .meta({ id: 'OcrServiceInfo', description: 'what the OCR service says of itself' });
const healthy = z.object({ healthy: z.literal(true), service_info: serviceInfo });
const unhealthy = z.object({ healthy: z.literal(false), service_info: serviceInfo.nullable() });

/** What an answer to a person who waits may take, ms. */
const LIMIT_MS = 10_000;

/** GET /api/v1/ocr/health: asks the OCR service how it is. */
export function ocrHealthRoute({ ocr, config, database, log }: ApiContext): Route {
  const limitMs = Math.min(LIMIT_MS, config.ocr.requestTimeoutMs);
  return {
    method: 'get',
    path: '/api/v1/ocr/health',
    operation: {
      operationId: 'ocrHealth',
      summary: 'How the OCR service is',
      tags: ['Health'],
      responses: {
        ...answers(200, 'it is well', healthy),
        ...failures(),
        503: failureAnswer('it is not well, or cannot be asked', unhealthy),
      },
    },
    handle: async (req: Request, res: Response<Success<z.infer<typeof healthy>>>) => {
      const late = new AbortController();
      const timer = setTimeout(() => late.abort(), limitMs);
      const limit = leftSignal(res, late.signal);
      try {
        const [answer, standing] = await Promise.all([
          ocr.healthCheck(null, limit.signal),
          findOcrStanding(database.db, ocr.endpoints).catch((error: unknown) => {
            dependencyTrouble(log, 'postgres', error); // then the service's own word has to do
            return null;
          }),
        ]);
        const unwell = (code: OcrErrorCode, reason: string, info: OcrHealth | null) =>
          ocrUnhealthy(say(req, 'unhealthy'), code, standing?.detail ?? reason, info, standing);
        if (!answer.ok) throw unwell(answer.fault.code, answer.fault.message, null);
        const info = answer.value;
        if (!info.ok || info.worker_alive === false)
          throw unwell('ocr_unavailable', 'the service says so itself', info);
        // Well by its own word, and it takes no task: it refuses our token, say.
        if (standing?.isDown) throw unwell(standing.code, standing.detail, info);
        const message = say(req, 'healthy');
        res.json(
          ok(standing === null ? message : `${message} (${standing.line})`, {
            healthy: true,
            service_info: { ...info },
          }),
        );
      } catch (error) {
        if (!limit.signal.aborted) throw error;
        throw ocrUnhealthy(say(req, 'unhealthy'), 'ocr_timeout', `no answer within ${limitMs} ms`, null, null);
      } finally {
        clearTimeout(timer);
        limit.release();
      }
    },
  };
}
