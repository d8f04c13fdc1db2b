import type { Failure } from '@ocrelay/contracts';
import { dependencyTrouble, type Logger, requestBroke } from '@ocrelay/telemetry';
import type { NextFunction, Request, Response } from 'express';
import { languageOf } from '../messages/messages.ts';
import type { ApiError } from './api-error.ts';
import { toApiError } from './classify.ts';
import { inChinese } from './in-chinese.ts';

/** The body of a failure. */
export function failureBody(error: ApiError, message = error.message): Failure {
  return {
    success: false,
    message,
    data: error.data,
    error: { code: error.code, details: error.details },
  };
}

/** The one place where failures become answers. */
export function errorHandler(log: Logger) {
  // Express knows an error handler by its four parameters.
  return (thrown: unknown, req: Request, res: Response, _next: NextFunction): void => {
    const error = toApiError(thrown);
    res.locals['errorCode'] = error.code;
    if (error.code === 'internal_error') requestBroke(req.log, error.cause);
    if (error.code === 'database_unavailable') dependencyTrouble(log, 'postgres', error.cause);
    if (res.headersSent) {
      // In the middle of a stream there is no answer left to give but a connection that breaks off.
      res.destroy();
      return;
    }
    for (const name of STREAM_HEADERS) res.removeHeader(name);
    res
      .status(error.status)
      .set(error.headers)
      .json(failureBody(error, inLanguageOf(req, error)));
  };
}

function inLanguageOf(req: Request, { code, message, isTranslated }: ApiError): string {
  return languageOf(req) === 'zh' && !isTranslated ? inChinese(code, message) : message;
}

/** What a route may have said of a body that it then could not send. */
const STREAM_HEADERS = ['Content-Length', 'Content-Disposition', 'ETag', 'Cache-Control', 'Content-Type'];
