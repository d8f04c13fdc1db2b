import type { Request } from 'express';
import * as z from 'zod';
import { invalidIdempotencyKey } from '../errors/catalogue.ts';

const idempotencyKey = z.string().regex(/^[\x20-\x7e]{1,255}$/);

/** `Idempotency-Key` as the API documentation describes it (draft-ietf-httpapi-idempotency-key-header). */
export const idempotencyHeader = z.object({
  'Idempotency-Key': idempotencyKey.optional().meta({
    description:
      'for 24 hours, the same key with the same image or document answers with the first task; with another it is refused',
  }),
});

/** Null when the request has none. @throws ApiError invalid_idempotency_key */
export function parseIdempotencyKey(req: Request): string | null {
  const given = req.get('Idempotency-Key');
  if (given === undefined) return null;
  const parsed = idempotencyKey.safeParse(given);
  if (!parsed.success) throw invalidIdempotencyKey();
  return parsed.data;
}
