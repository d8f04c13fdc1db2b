/**
 * The registry of a process. Made once by its context and passed along, never global: two contexts in one process, as tests
 * have them, count apart.
 */
import { collectDefaultMetrics, Registry } from 'prom-client';

/** What is shown to whoever scrapes. */
export interface Exposition {
  readonly contentType: string;
  /** Everything, in Prometheus' text format. */
  text(): Promise<string>;
}

/**
 * Buckets of durations, s: from one statement of a quiet Postgres to a long poll, and to an image that a service is slow to
 * take.
 */
export const DURATIONS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];

/** A registry, and how it is shown. */
export function createExposition(): { readonly registry: Registry; readonly exposition: Exposition } {
  const registry = new Registry();
  const exposition = { contentType: registry.contentType, text: () => registry.metrics() };
  return { registry, exposition };
}

/** CPU, memory, event loop lag and garbage collection of the process. Watching costs a little, so only where it is shown. */
export function watchProcess(registry: Registry): void {
  collectDefaultMetrics({ register: registry });
}

/** An endpoint as a label: its address without what may be a secret in it. */
export function toEndpointLabel(url: string): string {
  if (!URL.canParse(url)) return 'unknown';
  const { origin, pathname } = new URL(url);
  return origin + pathname.replace(/\/+$/, '');
}
