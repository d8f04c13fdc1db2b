import { setTimeout as sleep } from 'node:timers/promises';
import { type Postgres, startPostgres } from '@ocrelay/stack';
import { signalTree } from './process-tree.ts';

/** A Postgres that can be killed and frozen, and comes back on the same port with what it had committed. */
export interface BreakablePostgres {
  readonly url: string;
  kill(): Promise<void>;
  /** As an operator restarts it: connections are cut, a checkpoint is written. */
  stop(): Promise<void>;
  start(): Promise<void>;
  freeze(): void;
  thaw(): void;
}

const TRIES = 40;
const AGAIN_MS = 250;

/** Syncs what it commits, as one that people rely on. */
export async function startBreakablePostgres(dataDir: string, log: (line: string) => void): Promise<BreakablePostgres> {
  const options = { dataDir, password: 'chaos', log };
  let current: Postgres = await startPostgres(options);
  const { url, port } = current;
  let isUp = true;
  let frozen: number | null = null;
  const thaw = () => {
    if (frozen !== null) signalTree(frozen, 'SIGCONT');
    frozen = null;
  };
  return {
    url,
    async kill() {
      isUp = false;
      process.kill(current.pid, 'SIGKILL');
      await current.ended;
    },
    async stop() {
      thaw();
      if (isUp) await current.stop(5_000);
      isUp = false;
    },
    async start() {
      // After a kill its server processes take a moment to notice, and until then it refuses to start.
      for (let tries = 1; !isUp; tries += 1) {
        try {
          const started = await startPostgres({ ...options, preferredPort: port });
          if (started.port !== port) {
            await started.stop();
            throw new Error(`port ${port} has been taken`);
          }
          current = started;
          isUp = true;
        } catch (error) {
          if (tries >= TRIES) throw error;
          await sleep(AGAIN_MS);
        }
      }
    },
    freeze() {
      frozen = current.pid;
      signalTree(current.pid, 'SIGSTOP');
    },
    thaw,
  };
}
