import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { RequestHandler } from 'express';
import helmet from 'helmet';

/**
 * Security headers of every answer. Pages load scripts, styles and fonts from here only. Whether the way here is
 * encrypted is for whoever stands in front (HSTS, upgrades): over plain HTTP both would only break the pages.
 */
const setHeaders = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"],
      baseUri: ["'self'"],
      fontSrc: ["'self'", 'data:'],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
      imgSrc: ["'self'", 'data:', 'blob:'],
      objectSrc: ["'none'"],
      scriptSrc: ["'self'"],
      scriptSrcAttr: ["'none'"],
      styleSrc: ["'self'", "'unsafe-inline'"],
    },
  },
  strictTransportSecurity: false,
  xFrameOptions: { action: 'deny' },
});

/** Sets them on every answer. They are the same for all, and made once: for each they would be fifteen middlewares. */
export function securityHeaders(): RequestHandler {
  const request = new IncomingMessage(new Socket());
  const example = new ServerResponse(request);
  setHeaders(request, example, () => {});
  const headers = new Map(example.getHeaderNames().map((name) => [name, String(example.getHeader(name))]));
  return (_req, res, next) => {
    res.setHeaders(headers);
    next();
  };
}
