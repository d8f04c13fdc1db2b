import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from '@ocrelay/stack';
import { Redis } from 'ioredis';
import { waitFor } from './wait-for.ts';

/** A Redis of a test's own, to be flushed, killed and frozen. Keeps nothing on disk. */
export interface TestRedis {
  readonly url: string;
  readonly process: ChildProcess;
  flush(): Promise<void>;
  kill(): Promise<void>;
  /** Starts it again on the same port, empty. */
  revive(): Promise<void>;
}

export async function startTestRedis(): Promise<TestRedis> {
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  let child = await launch(port);
  return {
    url,
    get process() {
      return child;
    },
    flush: () => withClient(url, async (client) => void (await client.flushall())),
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
    async revive() {
      child = await launch(port);
    },
  };
}

async function launch(port: number): Promise<ChildProcess> {
  const child = spawn(
    'redis-server',
    ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
    {
      stdio: 'ignore',
    },
  );
  await waitFor('redis-server to answer', () =>
    withClient(`redis://127.0.0.1:${port}`, (client) => client.ping()).catch(() => null),
  );
  return child;
}

async function withClient<T>(url: string, work: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 });
  client.on('error', () => {});
  try {
    await client.connect();
    return await work(client);
  } finally {
    // One that could not connect is at its end; told to disconnect, it would wait 2 s for a socket that is closed already.
    if (client.status !== 'end') client.disconnect();
  }
}
