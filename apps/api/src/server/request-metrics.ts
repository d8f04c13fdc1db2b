import type { ApiMetrics } from '@ocrelay/telemetry';
import type { RequestHandler } from 'express';
import { routeNameOf } from './route-name.ts';

/** Whatever else is sent as a method is one label: clients must not be able to make new ones. */
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** Counts each request when it is over, under its route's pattern. */
export function requestMetrics(metrics: ApiMetrics): RequestHandler {
  return (req, res, next) => {
    const startedAtMs = performance.now();
    const { method } = req;
    res.once('close', () => {
      const labels = {
        method: METHODS.has(method) ? method : 'other',
        route: routeNameOf(res) ?? 'none',
        status: res.writableFinished ? String(res.statusCode) : 'cut_off',
      };
      metrics.requestEnded(labels, performance.now() - startedAtMs);
    });
    next();
  };
}
