import { readdirSync } from 'node:fs';
import express, { type RequestHandler, Router } from 'express';
import swaggerUiPath from 'swagger-ui-dist/absolute-path.js';
import { methodNotAllowed } from '../errors/catalogue.ts';
import { PAGE, START_SCRIPT } from './page.ts';

/**
 * `/docs`, browsable without the internet: Swagger UI from its npm package, and `/openapi.json`, which it shows.
 * @param describe makes the OpenAPI document, when it is first asked for: the start does not wait for it
 */
export function docsRouter(describe: () => object): Router {
  // As the guard in front of it sees paths: with other rules here, another spelling would pass by the guard.
  const router = Router({ caseSensitive: true });
  let json: string | null = null;
  router.get('/', (_req, res) => res.redirect('/docs'));
  router.get('/openapi.json', (_req, res) => {
    json ??= JSON.stringify(describe());
    res.type('application/json').send(json);
  });
  router.get('/docs', (_req, res) => void res.type('html').send(PAGE));
  router.get('/docs/start.js', (_req, res) => void res.type('text/javascript').send(START_SCRIPT));
  router.use('/docs', express.static(swaggerUiPath(), { index: false, maxAge: '1h', redirect: false }));
  const refuse: RequestHandler = (req) => {
    throw methodNotAllowed(req.method, ['GET', 'HEAD']);
  };
  router.all(['/', '/openapi.json', '/docs', '/docs/start.js'], refuse);
  // The static files leave other methods to whoever comes next, which would say that there is no such file.
  const files = new Set(readdirSync(swaggerUiPath()));
  router.all('/docs/:file', (req, res, next) => (files.has(req.params.file) ? refuse(req, res, next) : next()));
  return router;
}
