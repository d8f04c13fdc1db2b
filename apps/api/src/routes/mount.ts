import { Router } from 'express';
import { methodNotAllowed } from '../errors/catalogue.ts';
import { nameRoute } from '../server/route-name.ts';
import type { Route } from './route.ts';

/** All routes in one router; a path that exists answers other methods with 405 and what it allows. */
export function mount(routes: readonly Route[]): Router {
  const router = Router({ caseSensitive: true });
  const allowed = new Map<string, string[]>();
  for (const { method, path, handle } of routes) {
    const expressPath = path.replaceAll(/\{(\w+)\}/g, ':$1');
    router[method](expressPath, nameRoute(path), handle);
    const methods = method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()];
    allowed.set(expressPath, [...(allowed.get(expressPath) ?? []), ...methods]);
  }
  for (const [path, methods] of allowed) {
    router.all(path, nameRoute(path.replaceAll(/:(\w+)/g, '{$1}')), (req) => {
      throw methodNotAllowed(req.method, methods);
    });
  }
  return router;
}
