import express, { type Request, type Response } from 'express';
import type * as z from 'zod';
import { invalidRequest } from '../errors/catalogue.ts';

/** Whatever type it is said to be of: what is sent is meant, and ignoring it would do more than was asked for. */
const readJson = express.json({ strict: false, type: () => true, limit: '16kb' });

/** The JSON body; an empty object when there is none. Rejects with what Express says of a body that is no JSON. */
export function readBody(req: Request, res: Response): Promise<unknown> {
  return new Promise((resolve, reject) =>
    readJson(req, res, (error?: unknown) =>
      error === undefined ? resolve(req.body === undefined ? {} : req.body) : reject(error),
    ),
  );
}

/** The body by its schema. @throws ApiError invalid_request that says which field is wrong and why. */
export function parseBody<T extends z.ZodType>(schema: T, given: unknown): z.output<T> {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({ field: key.slice(0, 100), reason: 'is not a field of this request' }));
    }
    return [{ field: issue.path.join('.'), reason: issue.message }];
  });
  throw invalidRequest(issues.map(({ field, reason }) => `${field || 'body'}: ${reason}`).join('; '), issues);
}
