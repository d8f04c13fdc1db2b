import { once } from 'node:events';
import type { Server } from 'node:http';

const LOOK_EVERY_MS = 50;

/**
 * Stops accepting, lets requests in flight end, and cuts off what is left after `limitMs`.
 * @returns how many connections were cut off.
 */
export async function stopServer(server: Server, limitMs: number): Promise<number> {
  const closed = once(server, 'close');
  server.close();
  // A connection that is kept alive becomes idle when its request ends, and nobody else would close it then.
  const idle = setInterval(() => server.closeIdleConnections(), LOOK_EVERY_MS);
  let cutOff = 0;
  const limit = setTimeout(() => {
    server.getConnections((_error, count) => {
      cutOff = count ?? 0;
      server.closeAllConnections();
    });
  }, limitMs);
  try {
    await closed;
    return cutOff;
  } finally {
    clearInterval(idle);
    clearTimeout(limit);
  }
}
