import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { STAGES } from '@ocrelay/contracts';
import pg from 'pg';
import { waitFor } from '../../../test/support/wait-for.ts';
import { createQueues, type NewJob, openQueueBackend, QUEUE_NAMES, type QueueBackend } from '../src/index.ts';
import { keepsTheQueuePromises } from './queue-promises.ts';
import { postgresForTest, type TestBackend } from './test-backends.ts';

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

describe('a finished job', () => {
  let own: TestBackend;
  let backend: QueueBackend;
  let sql: pg.Client;

  beforeEach(async () => {
    own = await postgresForTest();
    backend = openQueueBackend(own.at, () => {});
    sql = new pg.Client(own.at.databaseUrl);
    await sql.connect();
  });
  afterEach(async () => {
    await sql.end();
    await backend.close();
    await own.remove();
  });

  /** Jobs of all stages, of which the first ended as long ago as that, and each next one a second before. */
  async function ended(state: 'completed' | 'failed', count: number, ageMs: number): Promise<void> {
    for (const stage of STAGES) await backend.queue(stage);
    await sql.query(
      `insert into bullmq.job (queue, id, seq, name, state, added_at_ms, finished_at_ms)
       select 'ocr-' || stage, gen_random_uuid()::text, nextval('bullmq.job_seq'), 'a job', $2::bullmq.job_state, 0, $3::bigint - n * 1000
       from unnest($1::text[]) as stage, generate_series(1, $4) as n`,
      [STAGES, state, Date.now() - ageMs, count],
    );
  }
  const left = async (state: string) => {
    const { rows } = await sql.query(
      'select queue, count(*)::int from bullmq.job where state = $1 group by 1 order by 1',
      [state],
    );
    return rows;
  };
  const inEachQueue = (count: number) => [...QUEUE_NAMES].sort().map((queue) => ({ queue, count }));

  test('that is completed stays for a minute', async () => {
    await ended('completed', 30, 61_000);
    await ended('completed', 5, 50_000);
    await createQueues(backend).dropFinished();
    expect(await left('completed')).toEqual(inEachQueue(5));
  });

  test('that failed stays for a week', async () => {
    await ended('failed', 30, 7 * 24 * 3_600_000);
    await ended('failed', 5, 6 * 24 * 3_600_000);
    await createQueues(backend).dropFinished();
    expect(await left('failed')).toEqual(inEachQueue(5));
  });

  test('that failed stays while there are not a thousand after it', async () => {
    await ended('failed', 1_030, 3_600_000);
    await createQueues(backend).dropFinished();
    expect(await left('failed')).toEqual(inEachQueue(1_000));
  });
});

test('nobody is woken by events that nobody follows', async () => {
  const own = await postgresForTest();
  const backend = openQueueBackend(own.at, () => {});
  const listener = new pg.Client(own.at.databaseUrl);
  const worker = await backend.worker('poll', async () => {}, {
    concurrency: 2,
    onError: () => {},
    onBuried: () => {},
  });
  try {
    worker.run().catch(() => {});
    const queues = createQueues(backend);
    await queues.ping();
    const heard: string[] = [];
    listener.on('notification', ({ channel }) => heard.push(channel));
    await listener.connect();
    await listener.query('listen bullmq_events; listen bullmq_jobs; listen over');
    const jobs = Array.from({ length: 3 }, newPoll);
    for (const job of jobs) await queues.add(job);
    await waitFor('the jobs to be finished', async () =>
      (await queues.whereabouts(jobs, 60_000)).every((where) => where === 'finished'),
    );
    await listener.query('notify over');
    await waitFor('all to be heard', async () => heard.includes('over'));
    expect(heard).toContain('bullmq_jobs');
    expect(heard).not.toContain('bullmq_events');
  } finally {
    await listener.end();
    await worker.close();
    await backend.close();
    await own.remove();
  }
});

function newPoll(): NewJob {
  return { taskId: randomUUID(), stage: 'poll', generation: 1, dispatch: 1, attempt: 1, delayMs: 0, page: null };
}
