import pg from 'pg';
import { createEmptyDatabase } from '../../../test/support/database.ts';
import { dropQueueSchema } from '../../../test/support/drop-queue-schema.ts';
import { startTestRedis } from '../../../test/support/redis.ts';
import { proxyTo } from '../../../test/support/tcp-proxy.ts';

/** A backend of a suite's own, and what can happen to it. */
export interface TestBackend {
  readonly at: { readonly databaseUrl: string; readonly redisUrl: string | null };
  /** All data of the queues is gone, while the backend goes on. */
  loseData(): Promise<void>;
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
  remove(): Promise<void>;
}

export async function postgresForTest(): Promise<TestBackend> {
  const database = await createEmptyDatabase();
  const proxy = await proxyTo(database.url);
  return {
    at: { databaseUrl: proxy.url, redisUrl: null },
    async loseData() {
      const client = new pg.Client(database.url);
      await client.connect();
      await dropQueueSchema(client);
      await client.end();
    },
    goAway: () => proxy.cut(),
    comeBack: () => proxy.mend(),
    async remove() {
      await proxy.cut();
      await database.drop();
    },
  };
}

export async function redisForTest(): Promise<TestBackend> {
  const redis = await startTestRedis();
  return {
    at: { databaseUrl: 'postgres://127.0.0.1:1/none', redisUrl: redis.url },
    loseData: () => redis.flush(),
    goAway: () => redis.kill(),
    comeBack: () => redis.revive(),
    remove: () => redis.kill(),
  };
}
