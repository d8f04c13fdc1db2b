/**
 * The OCR service's endpoints, as this worker uses them: it tells all workers how they answer, by their rows, and submits
 * where the rows allow. What is decided is in packages/tasks; here is when.
 */
import type { Stage } from '@ocrelay/contracts';
import {
  countParked,
  type Fault,
  keepOpen,
  letOneThrough,
  type OcrEndpoint,
  type OcrEndpoints,
  type Places,
  raiseLimit,
  takeProbe,
} from '@ocrelay/tasks';
import { endpointBack, endpointsKnown, endpointTried, tasksWaitForEndpoints } from '@ocrelay/telemetry';
import { wentThrough } from '../went-through.ts';
import { type Admission, createAdmission } from './admission.ts';
import { createBreaker } from './breaker.ts';
import { createHealthCheck } from './health.ts';
import type { EndpointWatchParts } from './parts.ts';
import { createTroubles } from './troubles.ts';
import { createEndpointView } from './view.ts';

export interface EndpointWatch {
  /** Claims a task of the submit stage: parked where no endpoint takes it; null when its job is stale. */
  readonly claim: Admission['claim'];
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

/** Successes are gathered for so long before they raise a limit, ms. */
const GATHER_MS = 100;
/** What waits is said once in so many ms. */
const SAY_AGAIN_MS = 30_000;

export function watchEndpoints(parts: EndpointWatchParts): EndpointWatch {
  const { db, ocr, log, metrics, random } = parts;
  endpointsKnown(metrics, ocr.endpoints);
  const places: Places = { urls: ocr.endpoints, maxInFlight: parts.maxInFlight };
  const view = createEndpointView(db, ocr.endpoints);
  const askHealth = createHealthCheck(ocr);
  const admission = createAdmission(parts, places, view);
  const breaker = createBreaker(parts, view, admission);
  const troubles = createTroubles(parts, view, breaker, admission, askHealth);
  /** Since when endpoints that are configured no longer have failed, by this process's clock, ms. */
  const goneSince = new Map<string, number>();
  const taken = new Map<string, number>();
  let saidAtMs = Number.NEGATIVE_INFINITY;

  /** Work that nobody waits for; whatever becomes of it, the next look sees how things are. */
  const inBackground = (work: () => Promise<unknown>) => {
    void wentThrough(parts, 'postgres', work);
  };
  const raise = async () => {
    const gained = [...taken];
    taken.clear();
    await Promise.all(gained.map(([url, successes]) => raiseLimit(db, url, successes)));
    view.changed();
    admission.admitSoon();
  };
  const probe = async ({ url, failures }: OcrEndpoint) => {
    if (!(await takeProbe(db, url))) return;
    const trouble = await askHealth(url);
    if (trouble !== null) return keepOpen(db, url, trouble, failures, random);
    const through = await letOneThrough(db, url, parts.tryForMs, places.maxInFlight);
    view.changed();
    if (through.kind === 'closed') endpointBack(log, url);
    if (through.kind !== 'half_open') return;
    endpointTried(log, url, through.job.taskId);
    await admission.add([through.job]);
  };
  const sayWhatWaits = async ({ endpoints, anyParked }: OcrEndpoints) => {
    const down = endpoints.filter(({ state }) => state !== 'closed');
    if (down.length === 0 || performance.now() - saidAtMs < SAY_AGAIN_MS) return;
    saidAtMs = performance.now();
    const waiting = anyParked ? await countParked(db) : 0;
    for (const { url, downSince, trouble } of down) tasksWaitForEndpoints(log, url, downSince, trouble, waiting);
  };

  return {
    claim: admission.claim,
    taken(url, taskId) {
      troubles.worked(url, 'submit');
      if (view.isDown(url)) inBackground(() => breaker.close(url, taskId));
      if ((view.known(url)?.jobLimit ?? null) === null) return;
      if (taken.size === 0) setTimeout(() => inBackground(raise), GATHER_MS).unref();
      taken.set(url, (taken.get(url) ?? 0) + 1);
    },
    answered(url) {
      troubles.worked(url, 'job');
      goneSince.delete(url);
    },
    failed(taskId, stage, fault) {
      const url = fault.endpoint;
      if (url === undefined) return;
      if (ocr.endpoints.includes(url)) inBackground(() => troubles.failed(url, taskId, stage, fault));
      else if (!goneSince.has(url)) goneSince.set(url, performance.now());
    },
    freed() {
      if (view.now().anyParked) admission.admitSoon();
    },
    isDown: view.isDown,
    downFor(url) {
      const since = goneSince.get(url);
      const isElsewhere = view.now().endpoints.some((endpoint) => endpoint.url !== url && endpoint.state === 'closed');
      if (!isElsewhere) return null;
      return since === undefined ? (view.known(url)?.downForMs ?? null) : performance.now() - since;
    },
    async look() {
      const seen = await view.reload();
      // Side by side: an endpoint that hangs must not hold up what another one has room for.
      const admitting =
        seen.anyParked && seen.endpoints.some(({ state }) => state === 'closed') ? admission.admitWaiting() : null;
      await Promise.all([
        admitting,
        sayWhatWaits(seen),
        ...seen.endpoints.map(async (endpoint) => {
          // Whoever saw it taken has died before saying so.
          if (endpoint.isProbeTaken) await breaker.close(endpoint.url, endpoint.probeTask ?? '');
          else if (endpoint.isProbeDue) await probe(endpoint);
        }),
      ]);
    },
  };
}
