import type { Db } from '@ocrelay/db';
import { loadEndpoints, type OcrEndpoint, type OcrEndpoints, registerEndpoints } from '@ocrelay/tasks';

/** So long what was read of the rows is used, ms. */
const FRESH_MS = 1_000;

/** What this worker knows of the endpoints' rows. */
export interface EndpointView {
  /** As it was read last. */
  now(): OcrEndpoints;
  /** No older than a second. */
  fresh(): Promise<OcrEndpoints>;
  reload(): Promise<OcrEndpoints>;
  /** What was read is true no longer: the next who asks for it fresh reads it again. */
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
  let viewedAtMs = Number.NEGATIVE_INFINITY;
  let loading: Promise<OcrEndpoints> | null = null;

  const loadAll = async () => {
    const loaded = await loadEndpoints(db, urls);
    if (loaded.endpoints.length === urls.length) return loaded;
    await registerEndpoints(db, urls);
    return loadEndpoints(db, urls);
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
  const known = (url: string) => view.endpoints.find((endpoint) => endpoint.url === url);
  return {
    now: () => view,
    fresh: async () => (performance.now() - viewedAtMs < FRESH_MS ? view : reload()),
    reload,
    changed() {
      viewedAtMs = Number.NEGATIVE_INFINITY;
    },
    taskParked() {
      view = { ...view, anyParked: true };
    },
    known,
    isDown: (url) => (known(url)?.state ?? 'closed') !== 'closed',
  };
}
