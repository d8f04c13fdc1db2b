/** One line per thing that happens to what every program needs: Postgres, the queue. */
import type { Logger } from 'pino';

/** The same trouble is said once in so many ms: a dependency that is down says so with every try. */
const SAY_AGAIN_MS = 10_000;
const lastSaid = new WeakMap<Logger, Map<string, number>>();

/** @param log the program's own: with that of a request, each request would say it again */
export function dependencyTrouble(log: Logger, dependency: string, error: unknown): void {
  const reason = error instanceof Error ? error.message || error.name : String(error);
  const said = lastSaid.get(log) ?? new Map<string, number>();
  lastSaid.set(log, said);
  const now = performance.now();
  if (now - (said.get(dependency) ?? Number.NEGATIVE_INFINITY) < SAY_AGAIN_MS) return;
  said.set(dependency, now);
  log.warn({ dependency, reason }, 'trouble with a dependency');
}

export function waitingFor(log: Logger, dependency: string, reason: string): void {
  log.warn({ dependency, reason }, 'waiting for a dependency');
}
