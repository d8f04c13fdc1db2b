import { pathToFileURL } from 'node:url';
import type { WorkerConfig } from '@ocrelay/config';
import { STAGES, type Stage } from '@ocrelay/contracts';
import { createOcrClient } from '@ocrelay/ocr';
import { createClaimsInHand } from '../../../apps/worker/src/claims-in-hand.ts';
import { createWorkerContext, type WorkerContext } from '../../../apps/worker/src/context.ts';
import type { EndpointWatch } from '../../../apps/worker/src/endpoints/watch.ts';
import { fetchReading } from '../../../apps/worker/src/reading/fetch-reading.ts';
import { reconcile, rescueFromDeadWorkers } from '../../../apps/worker/src/reconciler.ts';
import { runStage } from '../../../apps/worker/src/run-stage.ts';
import { pollStage } from '../../../apps/worker/src/stages/poll.ts';
import { createPollSlots } from '../../../apps/worker/src/stages/poll-slots.ts';
import { splitStage } from '../../../apps/worker/src/stages/split.ts';
import type { Stage as StageWork } from '../../../apps/worker/src/stages/stage.ts';
import { storeStage } from '../../../apps/worker/src/stages/store.ts';
import { submitStage } from '../../../apps/worker/src/stages/submit.ts';
import { createSweep } from '../../../apps/worker/src/sweeper.ts';
import type { Mortal } from './mortal.ts';
import { mortalOcr, mortalWakeUps, type SharedParts, sharedDependencies } from './mortal-dependencies.ts';
import type { TestQueues } from './queues.ts';

/** A worker process, without its timers: what they would do, the test does. */
export interface WorkerProcess {
  readonly id: string;
  readonly mortal: Mortal;
  /** Takes a job of the stage from the queue and does it, as a queue worker would. False: there was none. */
  work(stage: Stage): Promise<boolean>;
  /** Works until no job waits. */
  workUntilIdle(): Promise<void>;
  /** A round of its reconciler. */
  reconcile(): Promise<void>;
  /** A look at the endpoints of the OCR service. */
  look(): Promise<void>;
  /** A look for dead workers. */
  rescue(): Promise<void>;
  /** A round of its sweeper. */
  sweep(): Promise<void>;
  /** Cuts its connections, as its end would. */
  end(): Promise<void>;
}

/** Results of tests are small, a suspect one is read in this process too, and pictures are made here: no thread and no process is ever started. */
const NOWHERE = pathToFileURL('/none');
/** The lease is what its row says, and only the test renews it. */
const LEASE = {
  signal: () => new AbortController().signal,
  held: async () => {},
  isSettled: () => true,
  registered: Promise.resolve(),
  stop: async () => {},
};
const NOTHING_TAKEN = {
  watch: () => () => {},
};

/** Reads here what a process of its own would read. */
function readsHere({ ocr, results }: WorkerContext): WorkerContext['lone'] {
  return { read: (job, signal) => fetchReading(ocr, results.read, job, signal) };
}

/** Renders here what a process of its own would render. */
function rendersHere(pageReader: WorkerContext['pageReader']): WorkerContext['loneRenderer'] {
  return {
    async render(source, { page, options }, signal) {
      return { ok: true, value: await pageReader.render(source, page, options, signal) };
    },
  };
}

/** How a worker uses the endpoints of the OCR service. */
export type EndpointsOf = (context: WorkerContext) => EndpointWatch;

export async function startWorkerProcess(
  mortal: Mortal,
  config: WorkerConfig,
  shared: SharedParts,
  queues: TestQueues,
  endpointsOf: EndpointsOf = ({ endpoints }) => endpoints,
): Promise<WorkerProcess> {
  const ocr = createOcrClient({ ...config.ocr, pollConnections: 2 });
  const wired = await createWorkerContext(
    config,
    { thread: NOWHERE, process: NOWHERE, renderProcess: NOWHERE, pageThread: NOWHERE },
    async () => ({
      ...sharedDependencies(mortal, shared),
      ocr: mortalOcr(mortal, ocr),
      wakeUps: mortalWakeUps(mortal),
    }),
  );
  const pageReader = shared.pictures.readerOf(mortal);
  const context = {
    ...wired,
    endpoints: endpointsOf(wired),
    lone: readsHere(wired),
    pageReader,
    loneRenderer: rendersHere(pageReader),
    random: () => 0,
  };
  const { workerId: id } = context;
  const stopping = new AbortController();
  const inHand = createClaimsInHand();
  const slots = createPollSlots(10, config.ocr.pollMs, async () => 0);
  const endings = { stopping: stopping.signal, lease: LEASE, takenAway: NOTHING_TAKEN };
  const running = (stage: StageWork) => runStage(context, stage, inHand, endings);
  const stages = {
    split: running(splitStage(context)),
    submit: running(submitStage(context)),
    poll: running(pollStage(context, slots)),
    store: running(storeStage(context)),
  };
  const sweep = createSweep(context, stopping.signal);

  const worker: WorkerProcess = {
    id,
    mortal,
    async work(stage) {
      const job = await mortal.effect(`queue ${stage} fetch`, () => queues.fetch(stage, id));
      if (job === null) return false;
      try {
        const said = await stages[stage](job);
        await mortal.effect(`queue ${stage} complete`, () => job.moveToCompleted(said, id, false));
      } catch (error) {
        await mortal.effect(`queue ${stage} fail`, () => job.moveToFailed(error as Error, id, false));
      }
      return true;
    },
    async workUntilIdle() {
      let worked = true;
      while (worked) {
        worked = false;
        for (const stage of STAGES) while (await worker.work(stage)) worked = true;
      }
    },
    reconcile: () => reconcile(context, inHand, { isSettled: () => true }),
    look: () => context.endpoints.look(),
    rescue: () => rescueFromDeadWorkers(context, LEASE),
    sweep: () => sweep.round(),
    async end() {
      slots.close();
      await ocr.close();
    },
  };
  return worker;
}
