import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { freePort } from '@ocrelay/stack';

/** A way to a server that can be cut, blocked and mended. */
export interface TcpProxy {
  /** The URL of the server, by way of the proxy. */
  readonly url: string;
  /** Connections that stand now. */
  readonly connections: number;
  /** Ends all connections and takes no more. */
  cut(): Promise<void>;
  /** Keeps connections and takes new ones, and lets nothing through: a network that swallows packets. */
  block(): void;
  /** Lets nothing through any more on the connections that stand, and new ones pass: a gateway that has forgotten what it carried. */
  forget(): void;
  /** Undoes a cut and a block; what was held up goes on its way. */
  mend(): Promise<void>;
}

export async function proxyTo(serverUrl: string): Promise<TcpProxy> {
  const target = new URL(serverUrl);
  const sockets = new Set<Socket>();
  const pairs = new Map<Socket, Socket>();
  let isBlocked = false;
  const flow = (near: Socket, far: Socket) => {
    near.pipe(far);
    far.pipe(near);
  };
  const hold = (near: Socket, far: Socket) => {
    near.unpipe(far).pause();
    far.unpipe(near).pause();
  };
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    pairs.set(near, far);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.on('error', () => {});
      one.on('close', () => {
        sockets.delete(one);
        pairs.delete(near);
        other.destroy();
      });
    }
    if (!isBlocked) flow(near, far);
  });
  const port = await freePort();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(serverUrl);
  url.hostname = '127.0.0.1';
  url.port = String(port);
  return {
    url: url.href,
    get connections() {
      return pairs.size;
    },
    async cut() {
      if (!server.listening) return;
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
    block() {
      if (isBlocked) return;
      isBlocked = true;
      for (const [near, far] of pairs) hold(near, far);
    },
    forget() {
      for (const [near, far] of pairs) hold(near, far);
      pairs.clear();
    },
    async mend() {
      if (isBlocked) {
        isBlocked = false;
        for (const [near, far] of pairs) flow(near, far);
      }
      if (server.listening) return;
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
  };
}
