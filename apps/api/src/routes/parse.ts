import type { Request } from 'express';
import * as z from 'zod';
import { invalidId, invalidRequest } from '../errors/catalogue.ts';

const uuid = z.uuid();

/** Path parameters of every route of one task. */
export const taskPath = z.object({
  task_id: z.uuid().meta({ description: 'as the upload answered it' }),
});

/** @throws ApiError invalid_id */
export function parseTaskId(req: Request): string {
  const given = String(req.params['task_id'] ?? '');
  const parsed = uuid.safeParse(given);
  if (!parsed.success) throw invalidId(given);
  return parsed.data.toLowerCase();
}

/** The query string by its schema. @throws ApiError invalid_request that says which parameter is wrong and why. */
export function parseQuery<T extends z.ZodType>(schema: T, req: Request): z.output<T> {
  const parsed = schema.safeParse(req.query);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map((issue) => ({ parameter: issue.path.join('.'), reason: issue.message }));
  throw invalidRequest(issues.map((issue) => `${issue.parameter}: ${issue.reason}`).join('; '), issues);
}

/** A `limit` parameter: whole, from 1 to `most`. */
export function limitUpTo(most: number, usual: number) {
  const reason = `must be 1 to ${most}`;
  return z
    .string(reason)
    .regex(/^\d{1,9}$/, reason)
    .transform(Number)
    .pipe(z.int().min(1, reason).max(most, reason))
    .default(usual);
}
