import express, { type Express } from 'express';
import { boardRouter } from './board/board-router.ts';
import type { ApiContext } from './context.ts';
import { docsRouter } from './docs/docs-router.ts';
import { routeNotFound } from './errors/catalogue.ts';
import { errorHandler } from './errors/error-handler.ts';
import { openApiDocument } from './openapi/document.ts';
import { guardedRoutes, publicRoutes } from './routes/index.ts';
import { mount } from './routes/mount.ts';
import { UPLOAD_PATH } from './routes/upload-image.ts';
import { refuseOtherMachines, requireKey, requireKeyOrPassword } from './security/guard.ts';
import { securityHeaders } from './security/headers.ts';
import { refuseSeveralHosts } from './security/one-host.ts';
import { continueExcept } from './server/expect-continue.ts';
import { requestLog } from './server/request-log.ts';
import { requestMetrics } from './server/request-metrics.ts';
import { nameRoute } from './server/route-name.ts';

/** What people open in a browser; for metrics each is one route with all below it. */
const PAGES = ['/docs', '/openapi.json', '/admin/queues'];

/** The application: what every request passes, in this order. */
export function createApp(context: ApiContext): Express {
  const { config, draining } = context;
  const open = publicRoutes(context);
  const guarded = guardedRoutes(context);
  const app = express();
  app.disable('x-powered-by').set('etag', false).set('case sensitive routing', true);

  app.use(requestLog(context.log), requestMetrics(context.metrics));
  app.use(securityHeaders());
  app.use((_req, res, next) => {
    if (draining.aborted) res.set('Connection', 'close');
    next();
  });
  app.use(refuseSeveralHosts(), refuseOtherMachines(config.apiKeys));
  app.use(continueExcept([UPLOAD_PATH]));
  app.use(mount(open));
  for (const page of PAGES) app.use(page, nameRoute(page));
  app.use(PAGES, requireKeyOrPassword(config.apiKeys));
  app.use(docsRouter(() => openApiDocument([...guarded, ...open])));
  app.use('/admin/queues', boardRouter(context));
  app.use(requireKey(config.apiKeys));
  app.use(mount(guarded));
  app.use((req) => {
    throw routeNotFound(req.method, req.path);
  });
  app.use(errorHandler(context.log));
  return app;
}
