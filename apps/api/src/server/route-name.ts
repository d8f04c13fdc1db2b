import type { RequestHandler, Response } from 'express';

/** The pattern of the route that a request found, such as `/api/v1/tasks/{task_id}`; null before, and where there is none. */
export function routeNameOf(res: Response): string | null {
  const name: unknown = res.locals['route'];
  return typeof name === 'string' ? name : null;
}

/** Says which route it is, to whoever counts requests. */
export function nameRoute(pattern: string): RequestHandler {
  return (_req, res, next) => {
    res.locals['route'] = pattern;
    next();
  };
}
