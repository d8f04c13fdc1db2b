import { dependencyTrouble, type Logger } from '@ocrelay/telemetry';

/** Says that a dependency is in trouble: once, not once per request that meets it. */
export interface Troubles {
  note(dependency: string, error: unknown): void;
}

const SAY_AGAIN_MS = 30_000;

export function createTroubles(log: Logger): Troubles {
  const saidAtMs = new Map<string, number>();
  return {
    note(dependency, error) {
      const now = performance.now();
      const last = saidAtMs.get(dependency);
      if (last !== undefined && now - last < SAY_AGAIN_MS) return;
      saidAtMs.set(dependency, now);
      dependencyTrouble(log, dependency, error);
    },
  };
}
