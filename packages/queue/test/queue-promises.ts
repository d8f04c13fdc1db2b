import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Worker } from 'bullmq';
import { proxyTo } from '../../../test/support/tcp-proxy.ts';
import { waitFor } from '../../../test/support/wait-for.ts';
import {
  createQueues,
  isSentinel,
  type NewJob,
  openQueueBackend,
  type QueueBackend,
  type QueueJob,
  type Queues,
  QueueUnavailableError,
} from '../src/index.ts';
import type { TestBackend } from './test-backends.ts';

/** Longer than any job of a test runs. */
const LONG_MS = 3_600_000;
/** More than a queue can tell apart. */
const LAST_PAGE = 10_000_000;

/** What every backend promises: the same tests for each. */
export function keepsTheQueuePromises(name: string, open: () => Promise<TestBackend>): void {
  describe(`queues on ${name}`, () => {
    jest.setTimeout(90_000);
    let own: TestBackend;
    let backend: QueueBackend;
    let queues: Queues;
    const workers: Worker[] = [];

    beforeAll(async () => {
      own = await open();
      backend = openQueueBackend(own.at, () => {});
      queues = createQueues(backend);
      await reachable();
    });
    afterEach(async () => {
      await Promise.all(workers.splice(0).map((worker) => worker.close()));
    });
    afterAll(async () => {
      await backend.close();
      await own.remove();
    });

    const reachable = (asked = queues) =>
      waitFor('the queues to answer', () =>
        asked.ping().then(
          () => true,
          () => false,
        ),
      );
    const where = async (job: NewJob) => (await queues.whereabouts([job], LONG_MS))[0];
    const becomes = (job: NewJob, what: string) =>
      waitFor(`the job to be ${what}`, async () => (await where(job)) === what);

    /** A worker of the stage that runs; gives what it did, by task. */
    async function work(
      stage: NewJob['stage'],
      process: (job: QueueJob) => Promise<unknown> = async () => {},
      concurrency = 4,
      of = backend,
    ) {
      const done: string[] = [];
      const worker = await of.worker(
        stage,
        async (job) => {
          await process(job);
          done.push(job.data.task_id);
        },
        { concurrency, onError: () => {}, onBuried: () => {} },
      );
      workers.push(worker);
      worker.run().catch(() => {});
      return done;
    }

    test('whose connections the network has forgotten, without a word, go on over new ones', async () => {
      const network = await proxyTo(own.at.redisUrl ?? own.at.databaseUrl);
      const at = own.at.redisUrl === null ? { databaseUrl: network.url } : { redisUrl: network.url };
      const cutOff = openQueueBackend({ ...own.at, ...at }, () => {});
      try {
        const cutOffQueues = createQueues(cutOff);
        const [before, after] = [newJob({ stage: 'split' }), newJob({ stage: 'split' })];
        await reachable(cutOffQueues);
        await queues.markIntact(); // a delayed job, for which a worker that has nothing to do would wait
        const done = await work('split', undefined, 4, cutOff);
        await queues.add(before);
        await becomes(before, 'finished');
        network.forget();
        await queues.add(after);
        await becomes(after, 'finished');
        expect(done).toContain(after.taskId);
        await reachable(cutOffQueues);
      } finally {
        await Promise.all(workers.splice(0).map((worker) => worker.close()));
        await cutOff.close();
        await network.cut();
      }
    });

    describe('a job', () => {
      test('is absent, then waiting, then finished', async () => {
        const job = newJob();
        expect(await where(job)).toBe('absent');
        await queues.add(job);
        expect(await where(job)).toBe('waiting');
        const done = await work('submit');
        await becomes(job, 'finished');
        expect(done).toEqual([job.taskId]);
      });

      test('is active while it runs, and held when that is for longer than it may', async () => {
        const job = newJob();
        let finish = () => {};
        const held = new Promise<void>((resolve) => {
          finish = resolve;
        });
        await queues.add(job);
        await work('submit', () => held);
        await becomes(job, 'active');
        expect(await queues.whereabouts([job], -LONG_MS)).toEqual(['held']);
        finish();
        await becomes(job, 'finished');
      });

      test('carries ids and nothing else', async () => {
        const job = newJob({ stage: 'store', generation: 3, dispatch: 7 });
        const got: QueueJob[] = [];
        await queues.add(job);
        await work('store', async (it) => void got.push(it));
        await becomes(job, 'finished');
        const { id, data } = got.find((it) => it.data.task_id === job.taskId) as QueueJob;
        expect(id).toBe(`${job.taskId}.3.7`);
        expect(data).toEqual({ task_id: job.taskId, stage: 'store', generation: 3, dispatch: 7 });
      });

      test.each<NewJob['stage']>(['split', 'submit'])(
        'of what was uploaded by itself comes first, then first pages, then second ones: %s',
        async (stage) => {
          const long = [1, 2, 3, LAST_PAGE].map((page) => newJob({ stage, page }));
          const short = [1, 2].map((page) => newJob({ stage, page }));
          const alone = newJob({ stage });
          await queues.addBulk(long);
          for (const job of [...short, alone]) await queues.add(job);
          const done = await work(stage, undefined, 1);
          await Promise.all([...long, ...short, alone].map((job) => becomes(job, 'finished')));
          const inTurn = [alone, long[0], short[0], long[1], short[1], long[2], long[3]];
          expect(done).toEqual(inTurn.map((job) => job?.taskId));
        },
      );

      test('that is added twice runs once', async () => {
        const job = newJob();
        await Promise.all([queues.add(job), queues.add(job)]);
        await queues.add(job);
        const done = await work('submit');
        const after = newJob();
        await queues.add(after);
        await becomes(after, 'finished');
        expect(done.filter((id) => id === job.taskId)).toHaveLength(1);
      });

      test('that is kept after its end swallows another of its id, and says that it is finished', async () => {
        const job = newJob();
        await queues.add(job);
        await work('submit');
        await becomes(job, 'finished');
        await queues.add(job);
        expect(await where(job)).toBe('finished');
        const next = { ...job, dispatch: job.dispatch + 1 };
        expect(await where(next)).toBe('absent');
        await queues.add(next);
        await becomes(next, 'finished');
      });

      test('that fails is tried once, and is finished', async () => {
        const job = newJob();
        let tries = 0;
        await queues.add(job);
        await work('submit', async () => {
          tries++;
          throw new Error('fault');
        });
        await becomes(job, 'finished');
        expect(tries).toBe(1);
      });

      test('with a delay waits while others overtake it', async () => {
        const later = newJob({ delayMs: 3_600_000 });
        const now = newJob();
        await queues.add(later);
        await queues.add(now);
        const done = await work('submit');
        await becomes(now, 'finished');
        expect(await where(later)).toBe('delayed');
        expect(done).not.toContain(later.taskId);
      });

      test('with a delay runs when it is over', async () => {
        const job = newJob({ delayMs: 100 });
        await queues.add(job);
        await work('submit');
        await becomes(job, 'finished');
      });
    });

    describe('many jobs', () => {
      test('go to the queues of their stages, and are found in the order asked', async () => {
        const jobs = Array.from({ length: 60 }, (_, i) =>
          newJob({ stage: (['submit', 'poll', 'store'] as const)[i % 3] ?? 'submit' }),
        );
        const missing = newJob();
        await queues.addBulk(jobs.slice(0, 59));
        expect(await queues.whereabouts([missing, ...jobs], LONG_MS)).toEqual([
          'absent',
          ...Array(59).fill('waiting'),
          'absent',
        ]);
        const done = await work('poll');
        await waitFor('all polls', () => done.length >= 20);
        expect(new Set(done)).toEqual(new Set(jobs.filter((job) => job.stage === 'poll').map((job) => job.taskId)));
      });

      test('are counted while they wait for a slot', async () => {
        const before = await queues.waitingCount('store');
        await queues.addBulk([
          newJob({ stage: 'store' }),
          newJob({ stage: 'store' }),
          newJob({ stage: 'store', delayMs: 3_600_000 }),
        ]);
        expect(await queues.waitingCount('store')).toBe(before + 2);
      });

      test('may be none', async () => {
        await queues.addBulk([]);
        expect(await queues.whereabouts([], LONG_MS)).toEqual([]);
      });
    });

    describe('when the data is lost', () => {
      test('the queues say so until they are filled and marked again', async () => {
        await queues.markIntact();
        expect(await queues.areIntact()).toBe(true);
        const job = newJob();
        await queues.add(job);
        await own.loseData();
        await queues.heal();
        expect(await queues.areIntact()).toBe(false);
        expect(await where(job)).toBe('absent');
        await queues.addBulk([job]);
        expect(await queues.areIntact()).toBe(false);
        await queues.markIntact();
        expect(await queues.areIntact()).toBe(true);
        const done = await work('submit');
        await becomes(job, 'finished');
        expect(done).toContain(job.taskId);
      });

      test('a worker that was running goes on with the new data', async () => {
        await work('poll');
        await own.loseData();
        await queues.heal();
        const job = newJob({ stage: 'poll' });
        await queues.add(job);
        await becomes(job, 'finished');
      });

      test('nothing is intact that was never marked, and marking twice does no harm', async () => {
        await own.loseData();
        await queues.heal();
        expect(await queues.areIntact()).toBe(false);
        await queues.markIntact();
        await queues.markIntact();
        expect(await queues.areIntact()).toBe(true);
        const queue = await backend.queue('poll');
        expect((await queue.getDelayed()).filter(isSentinel)).toHaveLength(1);
      });
    });

    describe('when the backend is away', () => {
      test('everything fails with one kind of error, and works again after it came back', async () => {
        await queues.add(newJob());
        await own.goAway();
        const job = newJob();
        const asks: Array<() => Promise<unknown>> = [
          () => queues.add(job),
          () => queues.addBulk([job]),
          () => queues.whereabouts([job], LONG_MS),
          () => queues.waitingCount('submit'),
          () => queues.areIntact(),
          () => queues.ping(),
        ];
        for (const ask of asks) await expect(ask()).rejects.toBeInstanceOf(QueueUnavailableError);
        await own.comeBack();
        await reachable();
        await queues.heal();
        await queues.add(job);
        expect(await where(job)).toBe('waiting');
      });

      test('a worker that was running goes on after it came back', async () => {
        const first = newJob({ stage: 'store' });
        await queues.add(first);
        await work('store');
        await becomes(first, 'finished');
        await own.goAway();
        await expect(queues.add(newJob({ stage: 'store' }))).rejects.toBeInstanceOf(QueueUnavailableError);
        await own.comeBack();
        await reachable();
        await queues.heal();
        const job = newJob({ stage: 'store' });
        await queues.add(job);
        await becomes(job, 'finished');
      });

      test('a queue that is first asked for meanwhile works after it came back', async () => {
        const other = openQueueBackend(own.at, () => {});
        try {
          const otherQueues = createQueues(other);
          await otherQueues.add(newJob());
          await own.goAway();
          const job = newJob({ stage: 'store' });
          await expect(otherQueues.add(job)).rejects.toBeInstanceOf(QueueUnavailableError);
          await own.comeBack();
          await waitFor(
            'the job to be added',
            () =>
              otherQueues.add(job).then(
                () => true,
                () => false,
              ),
            { patienceMs: 10_000 },
          );
        } finally {
          await other.close();
        }
        await reachable();
      });

      test('a process that starts meanwhile can add after it came back', async () => {
        await own.goAway();
        const late = openQueueBackend(own.at, () => {});
        try {
          const lateQueues = createQueues(late);
          await expect(lateQueues.add(newJob())).rejects.toBeInstanceOf(QueueUnavailableError);
          await own.comeBack();
          await waitFor('the queues to answer', () =>
            lateQueues.ping().then(
              () => true,
              () => false,
            ),
          );
          const job = newJob();
          await lateQueues.add(job);
          expect((await lateQueues.whereabouts([job], LONG_MS))[0]).toBe('waiting');
        } finally {
          await late.close();
        }
        await reachable();
      });
    });

    test('a process that has just started adds its first job without further ado', async () => {
      const fresh = openQueueBackend(own.at, () => {});
      try {
        await createQueues(fresh).add(newJob());
      } finally {
        await fresh.close();
      }
    });
  });
}

function newJob(overrides: Partial<NewJob> = {}): NewJob {
  return {
    taskId: randomUUID(),
    stage: 'submit',
    generation: 1,
    dispatch: 1,
    attempt: 1,
    delayMs: 0,
    page: null,
    ...overrides,
  };
}
