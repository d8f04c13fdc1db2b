import type { Request, Response } from 'express';

/**
 * Answers 304 when the client has what `ETag` names already (RFC 9110, 13.1.2); the headers must be set before. Not
 * Express's `req.fresh`: that ignores the validator when the request says `no-cache`, which `fetch` adds to every
 * conditional request.
 */
export function isNotModified(req: Request, res: Response): boolean {
  return answered304(res, isNamed(req, res) || tagsOf(req).includes('*'));
}

/**
 * The same, but for `*`, which matches whatever there is: who has not looked yet whether there is anything asks this first. Who
 * names a tag was given it with the very same thing.
 */
export function isKnownByName(req: Request, res: Response): boolean {
  return answered304(res, isNamed(req, res));
}

function isNamed(req: Request, res: Response): boolean {
  const current = res.get('ETag');
  return current !== undefined && tagsOf(req).includes(current);
}

function tagsOf(req: Request): string[] {
  return (req.get('If-None-Match') ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
}

function answered304(res: Response, isKnown: boolean): boolean {
  if (isKnown) res.status(304).end();
  return isKnown;
}
