import type { RequestHandler } from 'express';
import { invalidRequest } from '../errors/catalogue.ts';

/**
 * Refuses requests that name several hosts (RFC 9112, 3.2). Node tells the first only, and whatever stands in front may
 * have gone by another.
 */
export function refuseSeveralHosts(): RequestHandler {
  return (req, _res, next) => {
    let hosts = 0;
    for (let at = 0; at < req.rawHeaders.length; at += 2) {
      const name = req.rawHeaders[at];
      if (name?.length === 4 && name.toLowerCase() === 'host') hosts += 1;
    }
    if (hosts > 1) throw invalidRequest('the request has more than one Host header');
    next();
  };
}
