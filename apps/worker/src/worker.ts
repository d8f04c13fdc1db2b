import { setMaxListeners } from 'node:events';
import type { Stage as StageName } from '@ocrelay/contracts';
import { within } from '@ocrelay/lifecycle';
import { releaseClaims, removeWorker } from '@ocrelay/tasks';
import { workerStarted, workerStopped, workerStopping } from '@ocrelay/telemetry';
import { type ClaimsInHand, createClaimsInHand } from './claims-in-hand.ts';
import type { WorkerContext } from './context.ts';
import { startDroppingFinished } from './finished-jobs.ts';
import { keepWorking } from './keep-working.ts';
import { holdLease } from './lease.ts';
import { startReconciler } from './reconciler.ts';
import { repeat } from './repeat.ts';
import { runStage } from './run-stage.ts';
import { pollStage } from './stages/poll.ts';
import { createPollSlots } from './stages/poll-slots.ts';
import { splitStage } from './stages/split.ts';
import type { Stage } from './stages/stage.ts';
import { storeStage } from './stages/store.ts';
import { submitStage } from './stages/submit.ts';
import { startSweeper } from './sweeper.ts';
import { noticeTakenAway } from './taken-away.ts';
import { wentThrough } from './went-through.ts';

export interface RunningWorker {
  /** Stops within 5 s: hands everything back. */
  stop(reason: string): Promise<void>;
}

/** What submits and stores in flight get when the worker stops, ms: an answer that is on its way is worth waiting for. */
const DRAIN_MS = 3_300;
/** How often a worker looks at the OCR service's endpoints, ms. */
const LOOK_MS = 1_000;
/** What each later step of a stop may take, ms; the stop has 5 s in all. */
const STEP_MS = 700;

/** Starts a worker: lease, queue workers of its stages, reconciler. Resolves when it takes jobs. */
export async function startWorker(context: WorkerContext): Promise<RunningWorker> {
  const { config, log, database, queues } = context;
  const inHand = createClaimsInHand();
  const lease = holdLease(
    config.databaseUrl,
    { id: context.workerId, hostname: context.hostname, pid: process.pid },
    log,
  );
  await lease.registered;
  const takenAway = noticeTakenAway(config.databaseUrl, database.db, log);

  const slots = createPollSlots(config.stages.poll.concurrency, config.ocr.pollMs, () => queues.waitingCount('poll'));
  const stages: Record<StageName, Stage> = {
    split: splitStage(context),
    submit: submitStage(context),
    poll: pollStage(context, slots),
    store: storeStage(context),
  };
  const stopPolls = new AbortController();
  const stopRest = new AbortController();
  setMaxListeners(0, stopPolls.signal, stopRest.signal); // every job that waits for the lease listens
  const stageWorkers = config.takes.map((name) => {
    const stopping = name === 'poll' ? stopPolls : stopRest;
    const endings = { stopping: stopping.signal, lease, takenAway };
    return keepWorking(context, name, lease, runStage(context, stages[name], inHand, endings));
  });
  const reconciler = startReconciler(context, lease, inHand);
  const sweeper = startSweeper(context);
  const finishedJobs = startDroppingFinished(context);
  const endpointLooks = repeat(context, LOOK_MS, () =>
    wentThrough(context, 'postgres', () => context.endpoints.look()),
  );
  workerStarted(log, context.workerId, config.takes, config.queue.redisUrl === null ? 'postgres' : 'redis');

  return {
    async stop(reason) {
      const startedAt = performance.now();
      workerStopping(log, reason);
      // Fetching stops first, or the jobs handed back would come straight back.
      await Promise.all(stageWorkers.map((worker) => worker.pause()));
      slots.close();
      stopPolls.abort(new Error('the worker stops'));
      const repeated = [reconciler, sweeper, finishedJobs, endpointLooks];
      const reconciled = upTo(DRAIN_MS, Promise.all(repeated.map((one) => one.stop())));
      const polls = upTo(DRAIN_MS, handBack(context, ['poll']));
      await drained(inHand, DRAIN_MS);
      stopRest.abort(new Error('the worker stops'));
      await Promise.all([reconciled, polls, drained(inHand, 200)]);
      const rest = await upTo(STEP_MS, handBack(context, null));
      // So that what was cut short does not stand in the queue as active until it counts as stalled.
      await upTo(STEP_MS, Promise.all(stageWorkers.map((worker) => worker.close())));
      await upTo(STEP_MS, lease.stop()); // first, or one more beat would register the worker again
      // Last, so it may take what is left of the time: a row that stays counts as a dead worker until it is pruned.
      await upTo(DRAIN_MS, Promise.all([takenAway.close(), removeWorker(database.db, context.workerId)]));
      workerStopped(log, ((await polls) ?? 0) + (rest ?? 0), Math.round(performance.now() - startedAt));
    },
  };
}

/** Gives claims back, in one update, and adds their jobs in bulk; what cannot be added is due by its row. */
async function handBack(context: WorkerContext, stages: readonly StageName[] | null): Promise<number> {
  const jobs = await releaseClaims(context.database.db, context.workerId, stages);
  await upTo(DRAIN_MS, context.queues.addBulk(jobs));
  return jobs.length;
}

/** Waits until nothing is in hand any more, or `limitMs` have passed. */
async function drained(inHand: ClaimsInHand, limitMs: number): Promise<void> {
  const until = performance.now() + limitMs;
  while (inHand.count > 0 && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** The value, or undefined when it did not come in time or failed: a stop goes on whatever is broken. */
function upTo<T>(limitMs: number, work: Promise<T>): Promise<T | undefined> {
  return within(limitMs, work).catch(() => undefined);
}
