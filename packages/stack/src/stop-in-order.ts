import type { KeptPostgres } from './postgres/keep-postgres.ts';
import type { Supervised } from './supervision/supervised.ts';

/** What is running; parts that are brought from elsewhere are missing. */
export interface Running {
  api?: Supervised;
  worker?: Supervised;
  engine?: Supervised;
  postgres?: KeptPostgres;
}

/** `hard`: at once, also when a gentle stop is under way. */
export type StopHow = 'gently' | 'hard';

/**
 * From the beginning of the stop, in ms: when what has not ended is killed. A worker promises to take at most 5 s; the API
 * lets uploads in flight finish for 7 s.
 */
const LIMIT_MS = { api: 7_900, worker: 7_900, engine: 8_400, postgres: 9_300 };

/** Intake and work, each of which needs no other of the two, then what they lean on. Takes less than 10 s. */
export async function stopInOrder(running: Running, how: StopHow): Promise<void> {
  const startedAt = performance.now();
  const left = (name: keyof Running): number =>
    how === 'hard' ? 0 : Math.max(0, LIMIT_MS[name] - (performance.now() - startedAt));
  const { api, worker, engine, postgres } = running;
  if (how === 'hard') await Promise.all([api?.stop(0), worker?.stop(0), engine?.stop(0)]);
  await Promise.all([api?.stop(left('api')), worker?.stop(left('worker'))]);
  await engine?.stop(left('engine'));
  await postgres?.stop(left('postgres'));
}
