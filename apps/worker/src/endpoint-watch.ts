/**
 * The OCR service's endpoints, as this worker uses them: it tells all workers how they answer, by their rows, and submits
 * where the rows allow. What is decided is in packages/tasks; here is when.
 */
import { together } from '@ocrelay/batching';
import type { Stage } from '@ocrelay/contracts';
import type { Db } from '@ocrelay/db';
import type { OcrClient } from '@ocrelay/ocr';
import type { Queues } from '@ocrelay/queue';
import {
  admit,
  type Claim,
  closeBreaker,
  countParked,
  createClaimer,
  type DueJob,
  type Fault,
  type JobRef,
  keepOpen,
  letOneThrough,
  loadEndpoints,
  lowerLimit,
  type OcrEndpoint,
  type OcrEndpoints,
  openBreaker,
  type Places,
  type RetryPolicy,
  raiseLimit,
  registerEndpoints,
  takeProbe,
  unpark,
} from '@ocrelay/tasks';
import {
  dependencyTrouble,
  endpointBack,
  endpointDown,
  endpointLimited,
  endpointsKnown,
  endpointTried,
  type Logger,
  tasksParked,
  tasksWaitForEndpoints,
  type WorkerMetrics,
} from '@ocrelay/telemetry';
import { type CallKind, createSuspicion } from './suspicion.ts';

export interface EndpointWatchParts {
  readonly db: Db;
  readonly ocr: Pick<OcrClient, 'endpoints' | 'healthCheck'>;
  readonly queues: Pick<Queues, 'addBulk'>;
  readonly log: Logger;
  readonly metrics: WorkerMetrics;
  readonly workerId: string;
  readonly maxInFlight: number | null;
  /** How an endpoint that is overloaded, and does not say for how long, is left alone. */
  readonly overloadPolicy: RetryPolicy;
  /** How long a task that an endpoint is tried with may take to be submitted, ms. */
  readonly tryForMs: number;
  readonly random: () => number;
}

/** The task waits without a job until an endpoint takes it. */
export const PARKED = 'parked';

export interface EndpointWatch {
  /** Claims a task of the submit stage. Null when its job is stale. */
  claim(ref: JobRef): Promise<Claim | typeof PARKED | null>;
  /** An endpoint has taken a task's image. */
  taken(url: string, taskId: string): void;
  /** An endpoint has given an answer that makes sense. */
  answered(url: string): void;
  /** A call of a stage has failed for a task. Returns at once and never throws. */
  failed(taskId: string, stage: Stage, fault: Fault): void;
  /** A job has ended: there may be room for a task that waits. */
  freed(): void;
  /** Whether an endpoint's breaker is not closed, as far as this worker knows. */
  isDown(url: string): boolean;
  /** For how long an endpoint has been down, ms, while another one takes tasks; null otherwise. One that is configured no longer counts from its first failure here. */
  downFor(url: string): number | null;
  /** One look at all endpoints: probes those that are down, and admits tasks that wait. */
  look(): Promise<void>;
}

/** So long what was read of the rows is used, ms. */
const FRESH_MS = 1_000;
/** Tasks admitted at once. */
const BATCH = 200;
/** Successes are gathered for so long before they raise a limit, ms. */
const GATHER_MS = 100;
/** What waits is said once in so many ms. */
const SAY_AGAIN_MS = 30_000;

export function watchEndpoints(parts: EndpointWatchParts): EndpointWatch {
  const { db, ocr, queues, log, metrics, workerId, random } = parts;
  endpointsKnown(metrics, ocr.endpoints);
  const places: Places = { urls: ocr.endpoints, maxInFlight: parts.maxInFlight };
  const suspicion = createSuspicion();
  /** Since when endpoints that are configured no longer have failed, by this process's clock, ms. */
  const goneSince = new Map<string, number>();
  const taken = new Map<string, number>();
  const never = new AbortController().signal;
  let view: OcrEndpoints = { endpoints: [], anyParked: false };
  let viewedAtMs = Number.NEGATIVE_INFINITY;
  let loading: Promise<OcrEndpoints> | null = null;
  let saidAtMs = Number.NEGATIVE_INFINITY;

  const loadAll = async () => {
    const loaded = await loadEndpoints(db, ocr.endpoints);
    if (loaded.endpoints.length === ocr.endpoints.length) return loaded;
    await registerEndpoints(db, ocr.endpoints);
    return loadEndpoints(db, ocr.endpoints);
  };
  const reload = (): Promise<OcrEndpoints> => {
    loading ??= loadAll()
      .then((loaded) => {
        view = loaded;
        viewedAtMs = performance.now();
        return loaded;
      })
      .finally(() => {
        loading = null;
      });
    return loading;
  };
  const fresh = async () => (performance.now() - viewedAtMs < FRESH_MS ? view : reload());
  const known = (url: string) => view.endpoints.find((endpoint) => endpoint.url === url);
  const isDown = (url: string) => (known(url)?.state ?? 'closed') !== 'closed';
  /** Work that nobody waits for; whatever becomes of it, the next look sees how things are. */
  const inBackground = (work: () => Promise<unknown>) => {
    work().catch((error: unknown) => dependencyTrouble(log, 'postgres', error));
  };
  const changed = () => {
    viewedAtMs = Number.NEGATIVE_INFINITY;
  };

  const health = async (url: string) => {
    const answer = await ocr.healthCheck(url, never);
    if (answer.ok && answer.value.ok) return null;
    return answer.ok
      ? ({ code: 'ocr_unavailable', message: 'The OCR service reports that it is not well.' } as const)
      : answer.fault;
  };
  /** One health check of an endpoint at a time, for everybody who asks meanwhile. */
  const asking = new Map<string, ReturnType<typeof health>>();
  const askedTogether = (url: string) => {
    const asked = asking.get(url) ?? health(url).finally(() => asking.delete(url));
    asking.set(url, asked);
    return asked;
  };

  const open = async (url: string, trouble: Pick<Fault, 'code' | 'message'>, taskId: string) => {
    if (!(await openBreaker(db, url, trouble, taskId, known(url)?.failures ?? 0, random))) return;
    await reload();
    endpointDown(parts, url, trouble.code, trouble.message);
  };
  const overloaded = async (url: string, taskId: string, fault: Fault) => {
    const trouble = await askedTogether(url);
    if (trouble !== null) return open(url, trouble, taskId);
    // It is there, and has enough to do: that is for the limit, and no reason to keep it out of use.
    if (isDown(url)) await close(url, taskId);
    const lowered = await lowerLimit(db, url, known(url)?.failures ?? 0, parts.overloadPolicy, random);
    if (lowered === null) return;
    changed();
    setTimeout(admitSoon, lowered.forMs).unref();
    if (lowered.isNew) endpointLimited(log, url, lowered.jobLimit, lowered.forMs, fault.message);
  };
  const suspect = async (url: string, taskId: string, call: CallKind) => {
    if (!suspicion.isOneOfSeveral(url, call, 'failed', taskId)) return;
    const trouble = await askedTogether(url);
    if (trouble !== null) await open(url, trouble, taskId);
  };
  /** One image may be refused alone; an endpoint whose health is refused as well, or that refuses several, means us. */
  const refused = async (url: string, taskId: string, call: CallKind, fault: Fault) => {
    const isMeant = suspicion.isOneOfSeveral(url, call, 'refused', taskId) || isDown(url);
    const trouble = isMeant ? fault : await askedTogether(url);
    if (trouble !== null) await open(url, trouble, taskId);
  };

  const raise = async () => {
    const gained = [...taken];
    taken.clear();
    await Promise.all(gained.map(([url, successes]) => raiseLimit(db, url, successes)));
    changed();
    admitSoon();
  };
  const close = async (url: string, taskId: string) => {
    if (!(await closeBreaker(db, url, taskId))) return;
    changed();
    endpointBack(log, url);
    admitSoon();
  };

  const add = (jobs: readonly DueJob[]) =>
    queues.addBulk(jobs).catch((error: unknown) => dependencyTrouble(log, 'queue', error)); // due by their rows
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
  const admitSoon = () => inBackground(() => admitWaiting(null));

  const probe = async ({ url, failures }: OcrEndpoint) => {
    if (!(await takeProbe(db, url))) return;
    const trouble = await health(url);
    if (trouble !== null) return keepOpen(db, url, trouble, failures, random);
    const through = await letOneThrough(db, url, parts.tryForMs, places.maxInFlight);
    changed();
    if (through.kind === 'closed') endpointBack(log, url);
    if (through.kind !== 'half_open') return;
    endpointTried(log, url, through.job.taskId);
    await add([through.job]);
  };
  const sayWhatWaits = async ({ endpoints, anyParked }: OcrEndpoints) => {
    const down = endpoints.filter(({ state }) => state !== 'closed');
    if (down.length === 0 || performance.now() - saidAtMs < SAY_AGAIN_MS) return;
    saidAtMs = performance.now();
    const waiting = anyParked ? await countParked(db) : 0;
    for (const { url, downSince, trouble } of down) tasksWaitForEndpoints(log, url, downSince, trouble, waiting);
  };

  const claimAnywhere = createClaimer(db, workerId, 'submit');
  const claimWhereRoomIs = together(
    async (refs: readonly JobRef[]) => {
      const { endpoints, anyParked } = view;
      const trouble = endpoints.every(({ state }) => state !== 'closed') ? (endpoints[0]?.trouble ?? null) : null;
      // Those that wait were there before: who comes now waits behind them.
      const { claims, parked } = await admit(db, refs, workerId, anyParked ? { ...places, urls: [] } : places, trouble);
      tasksParked(metrics, parked.size);
      if (parked.size > 0) view = { ...view, anyParked: true };
      if (anyParked && trouble === null) admitSoon();
      return refs.map((ref) => {
        const claim = claims.get(ref.taskId);
        claims.delete(ref.taskId); // of two jobs for the same step, one gets the claim
        return claim ?? (parked.has(ref.taskId) ? PARKED : null);
      });
    },
    { mostAtOnce: 100, underWay: 1 },
  );

  return {
    async claim(ref) {
      const { endpoints } = await fresh();
      const isPlain = ({ state, jobLimit, isHeld }: OcrEndpoint) => state === 'closed' && jobLimit === null && !isHeld;
      return places.maxInFlight === null && endpoints.every(isPlain) ? claimAnywhere(ref) : claimWhereRoomIs(ref);
    },
    taken(url, taskId) {
      suspicion.cleared(url, 'submit');
      if (isDown(url)) inBackground(() => close(url, taskId));
      if ((known(url)?.jobLimit ?? null) === null) return;
      if (taken.size === 0) setTimeout(() => inBackground(raise), GATHER_MS).unref();
      taken.set(url, (taken.get(url) ?? 0) + 1);
    },
    answered(url) {
      suspicion.cleared(url, 'job');
      goneSince.delete(url);
    },
    failed(taskId, stage, fault) {
      const url = fault.endpoint;
      if (url === undefined) return;
      if (!ocr.endpoints.includes(url)) {
        if (!goneSince.has(url)) goneSince.set(url, performance.now());
        return;
      }
      const call = stage === 'submit' ? 'submit' : 'job';
      if (fault.trouble === 'overloaded') inBackground(() => overloaded(url, taskId, fault));
      else if (fault.trouble === 'refused') inBackground(() => refused(url, taskId, call, fault));
      else if (fault.trouble !== undefined) inBackground(() => open(url, fault, taskId));
      else if (fault.reaction === 'retry') inBackground(() => suspect(url, taskId, call));
      else suspicion.cleared(url, call);
    },
    freed() {
      if (view.anyParked) admitSoon();
    },
    isDown,
    downFor(url) {
      const since = goneSince.get(url);
      const isElsewhere = view.endpoints.some((endpoint) => endpoint.url !== url && endpoint.state === 'closed');
      if (!isElsewhere) return null;
      return since === undefined ? (known(url)?.downForMs ?? null) : performance.now() - since;
    },
    async look() {
      const seen = await reload();
      // Side by side: an endpoint that hangs must not hold up what another one has room for.
      const admitting =
        seen.anyParked && seen.endpoints.some(({ state }) => state === 'closed') ? admitWaiting(null) : null;
      await Promise.all([
        admitting,
        sayWhatWaits(seen),
        ...seen.endpoints.map(async (endpoint) => {
          // Whoever saw it taken has died before saying so.
          if (endpoint.isProbeTaken) await close(endpoint.url, endpoint.probeTask ?? '');
          else if (endpoint.isProbeDue) await probe(endpoint);
        }),
      ]);
    },
  };
}
