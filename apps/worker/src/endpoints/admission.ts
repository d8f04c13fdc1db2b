import { together } from '@ocrelay/batching';
import {
  admit,
  type Claim,
  createClaimer,
  type DueJob,
  type JobRef,
  type OcrEndpoint,
  type Places,
  takeClaim,
  unpark,
} from '@ocrelay/tasks';
import { tasksParked } from '@ocrelay/telemetry';
import { wentThrough } from '../went-through.ts';
import type { EndpointWatchParts } from './parts.ts';
import type { EndpointView } from './view.ts';

/** The task waits without a job until an endpoint takes it. */
export const PARKED = 'parked';

/** Tasks admitted at once. */
const BATCH = 200;

/** Which tasks are submitted now, and which wait. */
export interface Admission {
  /** Claims a task of the submit stage. Null when its job is stale. */
  claim(ref: JobRef): Promise<Claim | typeof PARKED | null>;
  /** Gives jobs to the tasks that have waited longest, as far as there is room. */
  admitWaiting(): Promise<void>;
  /** The same, for who does not wait for it. */
  admitSoon(): void;
  /** Adds jobs; a queue that cannot be reached is made up for by their rows. */
  add(jobs: readonly DueJob[]): Promise<void>;
}

export function createAdmission(
  { db, queues, log, metrics, workerId }: EndpointWatchParts,
  places: Places,
  view: EndpointView,
): Admission {
  const add = async (jobs: readonly DueJob[]) => {
    await wentThrough({ log }, 'queue', () => queues.addBulk(jobs));
  };
  /** What is asked for while it runs is one more run. */
  const admitWaiting = together(
    async (askers: readonly null[]) => {
      const jobs = await unpark(db, places, BATCH);
      if (jobs.length > 0) await add(jobs);
      if (jobs.length === BATCH) admitSoon();
      return askers;
    },
    { mostAtOnce: 10_000, underWay: 1 },
  );
  const admitSoon = () => {
    void wentThrough({ log }, 'postgres', () => admitWaiting(null));
  };

  const claimAnywhere = createClaimer(db, workerId, 'submit');
  const claimWhereRoomIs = together(
    async (refs: readonly JobRef[]) => {
      const { endpoints, anyParked } = view.now();
      const trouble = endpoints.every(({ state }) => state !== 'closed') ? (endpoints[0]?.trouble ?? null) : null;
      // Those that wait were there before: who comes now waits behind them.
      const { claims, parked } = await admit(db, refs, workerId, anyParked ? { ...places, urls: [] } : places, trouble);
      tasksParked(metrics, parked.size);
      if (parked.size > 0) view.taskParked();
      if (anyParked && trouble === null) admitSoon();
      return refs.map((ref) => takeClaim(claims, ref) ?? (parked.has(ref.taskId) ? PARKED : null));
    },
    { mostAtOnce: 100, underWay: 1 },
  );
  return {
    async claim(ref) {
      const { endpoints } = await view.fresh();
      const isPlain = places.maxInFlight === null && endpoints.every(hasNoLimit);
      return isPlain ? claimAnywhere(ref) : claimWhereRoomIs(ref);
    },
    admitWaiting: async () => void (await admitWaiting(null)),
    admitSoon,
    add,
  };
}

function hasNoLimit({ state, jobLimit, isHeld }: OcrEndpoint): boolean {
  return state === 'closed' && jobLimit === null && !isHeld;
}
