import { createHash, timingSafeEqual } from 'node:crypto';
import type { RequestHandler } from 'express';
import { refuse } from './refuse.ts';

/** Refuses calls without `Authorization: Bearer <token>` (RFC 6750). Compared in constant time; lets all pass without a token. */
export function requireToken(token: string | null): RequestHandler {
  if (token === null) return (_request, _response, next) => next();
  const expected = digest(token);
  return (request, response, next) => {
    const given = /^Bearer +(.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
    if (timingSafeEqual(digest(given), expected)) return next();
    response.set('WWW-Authenticate', 'Bearer');
    refuse(request, response, 401, 'The token is missing or wrong.');
  };
}

/** Equal lengths, whatever is compared. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
