import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { healthListening } from '@ocrelay/telemetry';
import type { WorkerContext } from './context.ts';

/**
 * `/healthz`: the process lives. `/readyz`: it reaches the database, without which it can do nothing. `/metrics`: what this
 * worker has done, for Prometheus; it asks nobody. None of them wants a key: the port is for the machines that watch.
 */
export function startHealthServer(context: WorkerContext, port: number): Server {
  const { metrics } = context;
  metrics.watchProcess();
  const server = createServer((req, res) => {
    const answer = (status: number, message: string) => {
      const body = {
        success: status === 200,
        message,
        data: null,
        ...(status === 200 ? {} : { error: { code: 'database_unavailable', details: null } }),
      };
      res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    const path = req.url?.split('?', 1)[0];
    if (path === '/healthz') return answer(200, 'alive');
    if (path === '/readyz') {
      context.database.pool.query('select 1').then(
        () => answer(200, 'ready'),
        () => answer(503, 'the database cannot be reached'),
      );
      return;
    }
    if (path === '/metrics') {
      metrics.text().then(
        (text) => res.writeHead(200, { 'content-type': metrics.contentType }).end(text),
        () => res.writeHead(500).end(),
      );
      return;
    }
    res.writeHead(404).end();
  });
  // Whoever asked to be told how the worker is would take silence for its death.
  server.once('error', (error) => {
    process.stderr.write(`the worker cannot start: HEALTH_PORT: ${error.message}\n`);
    process.exit(1);
  });
  server.once('listening', () => healthListening(context.log, (server.address() as AddressInfo).port));
  return server.listen(port, context.config.healthHost);
}
