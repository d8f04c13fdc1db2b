import { jobData, STAGES, type Stage } from '@ocrelay/contracts';
import { createQueues, isSentinel, type QueueBackend, type QueueJob } from '@ocrelay/queue';
import type pg from 'pg';

/** The real queues, in the hands of a test: it fetches jobs itself, and says when a delay is over. */
export interface TestQueues {
  /** Makes a waiting job active, in the name of a worker; null when there is none. */
  fetch(stage: Stage, workerId: string): Promise<QueueJob | null>;
  /** Jobs that are delayed until what is now become waiting. */
  releaseDue(sql: pg.Pool): Promise<void>;
  /** What a worker that has died had fetched is buried, as the queue does with jobs that stall. */
  buryJobsOf(workerId: string): Promise<void>;
  /** All data is lost. */
  lose(): Promise<void>;
  /** No job is left, and the queues know that they are intact. */
  empty(): Promise<void>;
  close(): Promise<void>;
}

export async function openTestQueues(backend: QueueBackend): Promise<TestQueues> {
  // A queue worker that never runs by itself is what jobs can be fetched with.
  const fetchers = new Map(
    await Promise.all(
      STAGES.map(async (stage) => {
        const options = { concurrency: 1, onError: () => {}, onBuried: () => {} };
        return [stage, await backend.worker(stage, async () => {}, options)] as const;
      }),
    ),
  );
  const queues = createQueues(backend);
  const lose = async () => {
    for (const stage of STAGES) await (await backend.queue(stage)).obliterate({ force: true });
  };
  await queues.markIntact();
  return {
    fetch: async (stage, workerId) => (await fetchers.get(stage)?.getNextJob(workerId, { block: false })) ?? null,
    async releaseDue(sql) {
      const { rows } = await sql.query<{ id: string }>('select id from tasks where due_at <= now()');
      const due = new Set(rows.map(({ id }) => id));
      for (const stage of STAGES) {
        for (const job of await (await backend.queue(stage)).getDelayed()) {
          // One without a row, or of an earlier step, may run as well: it is stale.
          if (!isSentinel(job) && due.has(jobData.parse(job.data).task_id)) await job.promote();
        }
      }
    },
    async buryJobsOf(workerId) {
      for (const stage of STAGES) {
        for (const job of await (await backend.queue(stage)).getActive())
          await job.moveToFailed(new Error('job stalled more than allowable limit'), workerId, false).catch(() => {});
      }
    },
    lose,
    async empty() {
      await lose();
      await queues.markIntact();
    },
    async close() {
      for (const fetcher of fetchers.values()) await fetcher.close();
    },
  };
}
