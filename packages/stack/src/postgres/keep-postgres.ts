import { setTimeout as sleep } from 'node:timers/promises';
import { type Postgres, type PostgresOptions, startPostgres } from './start-postgres.ts';

/** A Postgres that is started again, on the same port, when it ends by itself. */
export interface KeptPostgres {
  readonly url: string;
  readonly port: number;
  stop(graceMs: number): Promise<void>;
}

const PAUSE_MS = 1_000;
const TRIES = 10;

/** @param onEnd it has ended without having been asked to; with the error when it could not be started again, and stays down. */
export async function keepPostgres(
  options: PostgresOptions,
  restart: boolean,
  onEnd: (error: unknown) => void,
): Promise<KeptPostgres> {
  let current = await startPostgres(options);
  const { url, port } = current;
  const halt = new AbortController();
  const keepUp = async (): Promise<void> => {
    for (;;) {
      await current.ended;
      if (halt.signal.aborted) return;
      onEnd(null);
      if (!restart) return;
      const next = await startAgain(options, port, halt.signal);
      if (next === null) return;
      current = next;
      if (halt.signal.aborted) await next.stop(1_000);
    }
  };
  const kept = keepUp().catch(onEnd);
  return {
    url,
    port,
    stop: async (graceMs) => {
      halt.abort();
      await current.stop(graceMs);
      await kept;
    },
  };
}

/**
 * Patiently: after a kill the server processes that were its children take a moment to notice, and until then Postgres
 * refuses to start. Null when everything is to stop meanwhile.
 */
async function startAgain(options: PostgresOptions, port: number, halt: AbortSignal): Promise<Postgres | null> {
  for (let tries = 1; ; tries += 1) {
    await sleep(PAUSE_MS, undefined, { signal: halt }).catch(() => {});
    if (halt.aborted) return null;
    try {
      const started = await startPostgres({ ...options, preferredPort: port });
      if (started.port === port) return started;
      await started.stop();
      throw new Error(`port ${port}, which the programs know Postgres by, has been taken`);
    } catch (error) {
      if (tries >= TRIES) throw error;
    }
  }
}
