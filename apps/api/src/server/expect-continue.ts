import type { Request, RequestHandler, Response } from 'express';

/**
 * Clients that ask before they send a body (`Expect: 100-continue`, RFC 9110, 10.1.1) are told to go on here, but for the
 * paths whose routes decide that themselves with {@link takeBody}. Whoever is refused before has sent nothing in vain.
 */
export function continueExcept(paths: readonly string[]): RequestHandler {
  return (req, res, next) => {
    if (!paths.includes(req.path)) takeBody(req, res);
    next();
  };
}

/** Tells a client that asked that its body will be read. */
export function takeBody(req: Request, res: Response): void {
  if (req.headers.expect?.toLowerCase() === '100-continue') res.writeContinue();
}
