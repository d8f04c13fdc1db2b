import { Pool } from 'undici';
import type { OcrFault } from './answer.ts';
import type { OcrOptions } from './client.ts';

/** One base URL of the service: its connections, and how it does, as seen from this process. */
export interface Endpoint {
  readonly url: string;
  /** Before every path; '' or without a slash at its end. */
  readonly pathPrefix: string;
  /** Long polls have connections of their own, so that nothing else waits behind them. */
  readonly polls: Pool;
  readonly calls: Pool;
  inFlight: number;
  /** Not chosen before this instant, ms on `performance.now()`'s clock, while others are well. */
  avoidUntilMs: number;
  lastChosen: number;
}

export interface Endpoints {
  readonly urls: readonly string[];
  /** Also one that is configured no longer: a job stays with the endpoint that has it. */
  get(url: string): Endpoint;
  /** Those to submit to, the best first: the least loaded that are not failing; just one when all are failing. */
  candidates(nowMs: number): Endpoint[];
  close(): Promise<void>;
}

/** How long an endpoint that failed is not chosen; and at most, whatever it asks for. */
const AVOID_MS = 5_000;
const AVOID_AT_MOST_MS = 60_000;
const KEEP_ALIVE_MS = 30_000;

export function createEndpoints(options: OcrOptions): Endpoints {
  const known = new Map<string, Endpoint>();
  const get = (url: string): Endpoint => {
    const normal = normalUrl(url);
    const endpoint = known.get(normal) ?? openEndpoint(normal, options);
    known.set(normal, endpoint);
    return endpoint;
  };
  if (options.baseUrls.length === 0) throw new Error('the OCR service has no base URL');
  const configured = [...new Set(options.baseUrls.map(normalUrl))].map(get);
  let chosen = 0;
  return {
    urls: configured.map(({ url }) => url),
    get,
    candidates(nowMs) {
      const byLoad = configured.toSorted((a, b) => a.inFlight - b.inFlight || a.lastChosen - b.lastChosen);
      const well = byLoad.filter((endpoint) => endpoint.avoidUntilMs <= nowMs);
      const soonest = byLoad.toSorted((a, b) => a.avoidUntilMs - b.avoidUntilMs).slice(0, 1);
      const candidates = well.length > 0 ? well : soonest;
      if (candidates[0] !== undefined) candidates[0].lastChosen = ++chosen;
      return candidates;
    },
    async close() {
      await Promise.all([...known.values()].flatMap(({ polls, calls }) => [polls.destroy(), calls.destroy()]));
    },
  };
}

/** Remembers how an endpoint did. A fault that is about the image or the job says nothing about the endpoint. */
export function noteOutcome(endpoint: Endpoint, fault: OcrFault | null, nowMs: number): void {
  if (fault === null) endpoint.avoidUntilMs = 0;
  else if (fault.reaction === 'wait' || fault.code === 'ocr_unavailable' || fault.code === 'ocr_timeout') {
    endpoint.avoidUntilMs = nowMs + Math.min(Math.max(fault.retryAfterMs ?? 0, AVOID_MS), AVOID_AT_MOST_MS);
  }
}

function openEndpoint(url: string, options: OcrOptions): Endpoint {
  const { origin, pathname } = new URL(url);
  const connections = { connectTimeout: options.connectTimeoutMs, keepAliveTimeout: KEEP_ALIVE_MS, pipelining: 1 };
  return {
    url,
    pathPrefix: pathname.replace(/\/+$/, ''),
    polls: new Pool(origin, { ...connections, connections: Math.max(options.pollConnections, 1) }),
    calls: new Pool(origin, { ...connections, connections: null }), // as many as the stages run at once
    inFlight: 0,
    avoidUntilMs: 0,
    lastChosen: 0,
  };
}

/** @throws TypeError when it is not an http(s) URL. */
function normalUrl(url: string): string {
  const { protocol, origin, pathname } = new URL(url);
  if (protocol !== 'http:' && protocol !== 'https:') throw new TypeError(`not an http(s) URL: ${url}`);
  return origin + pathname.replace(/\/+$/, '');
}
