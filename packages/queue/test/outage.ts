import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** A way to a server that can be cut and mended, as a network does. */
export interface Passage {
  readonly port: number;
  cut(): Promise<void>;
  mend(): Promise<void>;
}

/** A passage to a port of this machine. */
export async function openPassage(to: number): Promise<Passage> {
  const sockets = new Set<Socket>();
  let server = await listen(0, to, sockets);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const { port } = address;
  return {
    port,
    async cut() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
    async mend() {
      server = await listen(port, to, sockets);
    },
  };
}

async function listen(port: number, to: number, sockets: Set<Socket>): Promise<Server> {
  const server = createServer((near) => {
    const far = connect(to, '127.0.0.1');
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => {}); // 'close' follows
      socket.once('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
