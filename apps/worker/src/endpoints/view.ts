import { together } from '@ocrelay/batching';
import type { Db } from '@ocrelay/db';
import { loadEndpoints, type OcrEndpoint, type OcrEndpoints, registerEndpoints } from '@ocrelay/tasks';

/** So long what was read of the rows is used, ms. */
const FRESH_MS = 1_000;

/** What this worker knows of the endpoints' rows. */
export interface EndpointView {
  /** As it was read last. */
  now(): OcrEndpoints;
  /** No older than a second, nor than the last change. */
  fresh(): Promise<OcrEndpoints>;
  /** As it is now. */
  reload(): Promise<OcrEndpoints>;
  /** What was read, or is being read, is true no longer: the next who asks for it fresh reads it again. */
  changed(): void;
  /** A task was parked. */
  taskParked(): void;
  known(url: string): OcrEndpoint | undefined;
  /** Whether the breaker is not closed, as far as this worker knows. */
  isDown(url: string): boolean;
}

/** @param urls the endpoints as configured; those without a row get one. */
export function createEndpointView(db: Db, urls: readonly string[]): EndpointView {
  let view: OcrEndpoints = { endpoints: [], anyParked: false };
  /** When the reading of it began: what has changed since may be missing. */
  let readAtMs = Number.NEGATIVE_INFINITY;
  let changedAtMs = Number.NEGATIVE_INFINITY;

  const loadAll = async () => {
    const loaded = await loadEndpoints(db, urls);
    if (loaded.endpoints.length === urls.length) return loaded;
    await registerEndpoints(db, urls);
    return loadEndpoints(db, urls);
  };
  /** Who asks while one is under way shares the next one: this one may have been read before what the asker knows of. */
  const reload = together(
    async (askers: readonly null[]) => {
      const beganAtMs = performance.now();
      view = await loadAll();
      readAtMs = beganAtMs;
      return askers.map(() => view);
    },
    { mostAtOnce: 10_000, underWay: 1 },
  );
  const isFresh = () => readAtMs > changedAtMs && performance.now() - readAtMs < FRESH_MS;
  const changed = () => {
    changedAtMs = performance.now();
  };
  const known = (url: string) => view.endpoints.find((endpoint) => endpoint.url === url);
  return {
    now: () => view,
    fresh: async () => (isFresh() ? view : reload(null)),
    reload: () => reload(null),
    changed,
    taskParked() {
      view = { ...view, anyParked: true };
      changed();
    },
    known,
    isDown: (url) => (known(url)?.state ?? 'closed') !== 'closed',
  };
}
