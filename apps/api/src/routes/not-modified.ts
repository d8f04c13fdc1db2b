import type { Request, Response } from 'express';

/**
 * Answers 304 when the client has what `ETag` names already (RFC 9110, 13.1.2); the headers must be set before. Not
 * Express's `req.fresh`: that ignores the validator when the request says `no-cache`, which `fetch` adds to every
 * conditional request.
 */
export function isNotModified(req: Request, res: Response): boolean {
  const current = res.get('ETag');
  const known = (req.get('If-None-Match') ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  if (current === undefined || !(known.includes(current) || known.includes('*'))) return false;
  res.status(304).end();
  return true;
}
