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

/** From the beginning of the stop, in ms: when what has not ended is killed. A worker promises to take at most 5 s. */
const LIMIT_MS = { api: 2_500, worker: 7_600, engine: 8_100, postgres: 9_000 };

/** Intake first, then the work, then what the work leans on. Takes less than 10 s. */
export async function stopInOrder(running: Running, how: StopHow): Promise<void> {
  const startedAt = performance.now();
  const left = (name: keyof Running): number =>
    how === 'hard' ? 0 : Math.max(0, LIMIT_MS[name] - (performance.now() - startedAt));
  const { api, worker, engine, postgres } = running;
  if (how === 'hard') await Promise.all([api?.stop(0), worker?.stop(0), engine?.stop(0)]);
  await api?.stop(left('api'));
  await worker?.stop(left('worker'));
  await engine?.stop(left('engine'));
  await postgres?.stop(left('postgres'));
}
