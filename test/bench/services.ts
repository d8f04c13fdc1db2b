import { type ChildProcess, spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { migrate } from '@ocrelay/db';
import { startPostgres, temporaryDataDir } from '@ocrelay/stack';
import { Redis } from 'ioredis';
import pg from 'pg';

/** The real parts under a benchmark: Postgres that syncs its writes, and Redis where there is one. */
export interface Services {
  readonly databaseUrl: string;
  readonly redisUrl: string | null;
  readonly storageUrl: string;
  readonly sql: pg.Pool;
  stop(): Promise<void>;
}

export async function startServices(): Promise<Services> {
  const folder = await temporaryDataDir('ocrelay-bench-');
  const postgres = await startPostgres({ dataDir: folder, password: 'bench', log: () => {} });
  await migrate(postgres.url);
  const redis = await startRedis();
  const sql = new pg.Pool({ connectionString: postgres.url, max: 4 });
  return {
    databaseUrl: postgres.url,
    redisUrl: redis?.url ?? null,
    storageUrl: pathToFileURL(join(folder, 'images')).href,
    sql,
    async stop() {
      await sql.end();
      redis?.child.kill('SIGTERM');
      await postgres.stop(5_000);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function startRedis(): Promise<{ url: string; child: ChildProcess } | null> {
  const port = 20_000 + (process.pid % 20_000);
  const child = spawn(
    'redis-server',
    ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
    { stdio: 'ignore' },
  );
  const missing = new Promise<true>((resolve) => child.once('error', () => resolve(true)));
  const url = `redis://127.0.0.1:${port}`;
  const client = new Redis(url, { retryStrategy: () => 50, maxRetriesPerRequest: 100 });
  client.on('error', () => {});
  const isMissing = await Promise.race([missing, client.ping().then(() => false)]);
  client.disconnect();
  return isMissing ? null : { url, child };
}
