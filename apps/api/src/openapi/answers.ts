import { failure, success } from '@ocrelay/contracts';
import * as z from 'zod';
import type { ZodOpenApiResponsesObject } from 'zod-openapi';

type StatusKey = `${1 | 2 | 3 | 4 | 5}${string}`;

const error = failure.meta({
  id: 'Failure',
  description: 'a failure: `error.code` is stable, `message` is for people',
});

const requestId = z.string().meta({ description: 'of this request, as the log has it' });

/** Headers of every answer. */
export const commonHeaders = z.object({ 'X-Request-Id': requestId });

/** The answer of 304: the client has it already. */
export const notModified = { description: 'as `If-None-Match` has it', headers: commonHeaders };

const REASONS: Readonly<Record<number, string>> = {
  400: 'the request is not valid',
  401: 'no valid API key',
  403: 'not from here: without API keys only loopback names and the same origin',
  404: 'there is no such thing',
  408: 'the upload took too long',
  409: 'not possible in the state that the task is in, or an Idempotency-Key that came with other content',
  413: 'the file is too large',
  415: 'not an image or document of a type that is taken',
  422: 'not an image or document that can be read, or too large for this',
  500: 'something went wrong in the API',
  502: 'the OCR service did not take the image or document, for good',
  503: 'something that the API needs is away, or there is too much to do; `Retry-After` says when to come back',
  507: 'the store of images and documents is full or cannot be written to; `error.details.reason` says which',
};

/** The answer of a success: the envelope around `data`. */
export function answers(
  status: number,
  description: string,
  data: z.ZodType,
  headers?: z.ZodObject,
): ZodOpenApiResponsesObject {
  return {
    [`${status}` as StatusKey]: {
      description,
      headers: headers === undefined ? commonHeaders : commonHeaders.extend(headers.shape),
      content: { 'application/json': { schema: success(data) } },
    },
  };
}

/** The failures that a route can answer with, beside those of every route. */
export function failures(...statuses: readonly number[]): ZodOpenApiResponsesObject {
  const all = [...new Set([...statuses, 401, 403, 500, 503])];
  return Object.fromEntries(
    all.map((status) => [`${status}` as StatusKey, failureAnswer(REASONS[status] ?? 'a failure')]),
  );
}

/** One failing answer with a description of its own, and `data` where it has any. */
export function failureAnswer(description: string, data?: z.ZodType) {
  const schema = data === undefined ? error : failure.extend({ data });
  return { description, headers: commonHeaders, content: { 'application/json': { schema } } };
}
