import { createServer, type Server } from 'node:http';
import type { WorkerContext } from './context.ts';

/** `/healthz`: the process lives. `/readyz`: it reaches the database, without which it can do nothing. */
export function startHealthServer(context: WorkerContext, port: number): Server {
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
    if (req.url === '/healthz') return answer(200, 'alive');
    if (req.url === '/readyz') {
      context.database.pool.query('select 1').then(
        () => answer(200, 'ready'),
        () => answer(503, 'the database cannot be reached'),
      );
      return;
    }
    res.writeHead(404).end();
  });
  return server.listen(port, context.config.healthHost);
}
