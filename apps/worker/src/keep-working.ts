import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Stage } from '@ocrelay/contracts';
import { firstOf } from '@ocrelay/lifecycle';
import type { JobRef, QueueJob } from '@ocrelay/queue';
import { redispatch } from '@ocrelay/tasks';
import { dependencyTrouble } from '@ocrelay/telemetry';
import type { WorkerContext } from './context.ts';
import type { Lease } from './lease.ts';

/** A queue worker of one stage that is there whenever the queue is. */
export interface StageWorker {
  /** Fetches no more jobs; what runs goes on. */
  pause(): Promise<void>;
  close(): Promise<void>;
}

const AGAIN_MS = 1_000;

/**
 * Keeps a queue worker running. One that was made, or begins to run, while the queue is away ends with an error; then
 * another is made.
 *
 * While the lease is lost nothing is fetched: what could not be claimed would only be kept from workers who can.
 */
export function keepWorking(
  context: WorkerContext,
  stage: Stage,
  lease: Pick<Lease, 'signal' | 'held'>,
  work: (job: QueueJob) => Promise<string>,
): StageWorker {
  const { backend, config, log } = context;
  const stopped = new AbortController();
  const trouble = (error: unknown) => dependencyTrouble(log, 'queue', error);
  let worker: Awaited<ReturnType<typeof backend.worker>> | null = null;

  const run = async () => {
    while (!stopped.signal.aborted) {
      await lease.held(stopped.signal);
      try {
        const { concurrency } = config.stages[stage];
        const onBuried = (job: JobRef) => void replaceBuried(context, job).catch(trouble);
        worker = await backend.worker(stage, work, { concurrency, onError: trouble, onBuried });
        if (stopped.signal.aborted) return;
        const ended = new AbortController();
        const over = firstOf([stopped.signal, ended.signal]);
        void pauseWithoutLease(worker, lease, over.signal).catch(trouble);
        await worker.run().finally(() => {
          ended.abort();
          over.release();
        });
        void worker.close(true).catch(trouble); // ended for want of a lease: nothing runs in it any more
      } catch (error) {
        trouble(error);
        await worker?.close(true).catch(trouble);
      }
      await sleep(AGAIN_MS, undefined, { signal: stopped.signal }).catch(() => {});
    }
  };
  void run();

  return {
    async pause() {
      stopped.abort();
      await worker?.pause(true);
    },
    async close() {
      await worker?.close();
    },
  };
}

/** @param over aborts when the worker has ended. */
async function pauseWithoutLease(
  worker: Awaited<ReturnType<WorkerContext['backend']['worker']>>,
  lease: Pick<Lease, 'signal' | 'held'>,
  over: AbortSignal,
): Promise<void> {
  for (;;) {
    const lost = firstOf([lease.signal(), over]);
    if (!lost.signal.aborted) await once(lost.signal, 'abort');
    lost.release();
    if (over.aborted) return;
    await worker.pause(true);
    await lease.held(over);
    if (over.aborted) return;
    await worker.resume();
  }
}

/** The queue has buried a job whose worker died before its claim: the row gets another one at once. */
async function replaceBuried({ database, queues }: WorkerContext, job: JobRef): Promise<void> {
  await queues.addBulk(await redispatch(database.db, [job]));
}
