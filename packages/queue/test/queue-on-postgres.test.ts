import { expect, test } from '@jest/globals';
import type pg from 'pg';
import { openQueueBackend } from '../src/index.ts';
import { keepsTheQueuePromises } from './queue-promises.ts';
import { postgresForTest } from './test-backends.ts';

keepsTheQueuePromises('Postgres', postgresForTest);

test('workers that have ended leave nothing behind on the pool that all share', async () => {
  const own = await postgresForTest();
  const backend = openQueueBackend(own.at, () => {});
  try {
    const pool = (await backend.queue('poll')).opts.connection as unknown as pg.Pool;
    const before = pool.listenerCount('error');
    for (let made = 0; made < 3; made += 1) {
      const worker = await backend.worker('poll', async () => {}, {
        concurrency: 1,
        onError: () => {},
        onBuried: () => {},
      });
      await worker.close();
    }
    expect(pool.listenerCount('error')).toBe(before);
  } finally {
    await backend.close();
    await own.remove();
  }
});
