import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from '@ocrelay/telemetry';
import type { RequestHandler } from 'express';
import { pinoHttp } from 'pino-http';

/** An id that a client or a proxy may choose: nothing that could forge a log line or a header. */
const SANE_ID = /^[\w.:/+=@-]{1,128}$/;
const PROBES: ReadonlySet<string> = new Set(['/healthz', '/readyz']);

/**
 * One line for each request, when it is over; `req.log` carries its `request_id`. The path is logged without the query,
 * and no header is: that is where secrets could be.
 */
export function requestLog(log: Logger): RequestHandler {
  return pinoHttp<IncomingMessage, ServerResponse>({
    logger: log,
    genReqId: (req, res) => {
      const given = req.headers['x-request-id'];
      const id = typeof given === 'string' && SANE_ID.test(given) ? given : randomUUID();
      res.setHeader('X-Request-Id', id);
      return id;
    },
    // What is told of a request on every line is its id alone: the rest would be serialised, and redacted, for no line.
    customAttributeKeys: { req: 'request_id', responseTime: 'duration_ms' },
    serializers: { request_id: ({ id }: IncomingMessage) => id },
    wrapSerializers: false,
    customLogLevel: (req, res, error) => {
      if (PROBES.has(pathOf(req))) return 'debug';
      return error !== undefined && !res.writableFinished ? 'warn' : 'info';
    },
    customSuccessMessage: () => 'request',
    customErrorMessage: (_req, res) => (res.writableFinished ? 'request' : 'request cut off'),
    customSuccessObject: (req, res, fields) => toFields(req, res, fields),
    customErrorObject: (req, res, _error, fields) => toFields(req, res, fields),
  });
}

function toFields(req: IncomingMessage, res: ServerResponse, fields: { duration_ms?: number }) {
  const { locals } = res as ServerResponse & { locals?: Record<string, unknown> };
  return {
    method: req.method,
    path: pathOf(req),
    status: res.statusCode,
    duration_ms: Math.round(fields.duration_ms ?? 0),
    ...(locals?.['errorCode'] === undefined ? {} : { code: locals['errorCode'] }),
    ...(locals?.['keyName'] === undefined ? {} : { key_name: locals['keyName'] }),
  };
}

function pathOf(req: IncomingMessage): string {
  const url = (req as IncomingMessage & { originalUrl?: string }).originalUrl ?? req.url ?? '';
  return url.split('?', 1)[0]?.slice(0, 500) ?? '';
}
