import pg from 'pg';
import { createEmptyDatabase } from '../../../test/support/database.ts';
import { startTestRedis } from '../../../test/support/redis.ts';
import { openPassage } from './outage.ts';

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
  const url = new URL(database.url);
  const passage = await openPassage(Number(url.port));
  url.port = String(passage.port);
  return {
    at: { databaseUrl: url.href, redisUrl: null },
    async loseData() {
      const client = new pg.Client(database.url);
      await client.connect();
      await client.query('drop schema bullmq cascade');
      await client.end();
    },
    goAway: () => passage.cut(),
    comeBack: () => passage.mend(),
    async remove() {
      await passage.cut();
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
