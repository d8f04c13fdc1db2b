import { parseArgs } from 'node:util';
import type { Backend } from '../support/ocrelay.ts';

export interface ChaosOptions {
  readonly seed: number;
  readonly minutes: number;
  readonly backend: Backend;
  /** Where the programs' logs are left for people; null: nowhere. */
  readonly logs: string | null;
}

const USAGE = 'npm run chaos -- [--seed NUMBER] [--minutes NUMBER] [--backend redis|postgres] [--logs FOLDER]';

/** Without a seed one is made up, and the report tells it. @throws Error with the usage. */
export function parseOptions(args: readonly string[]): ChaosOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string' },
      minutes: { type: 'string', default: '1' },
      backend: { type: 'string', default: 'redis' },
      logs: { type: 'string' },
    },
  });
  const seed = values.seed === undefined ? Math.floor(Math.random() * 1_000_000) : Number(values.seed);
  const minutes = Number(values.minutes);
  const { backend } = values;
  if (!Number.isSafeInteger(seed) || seed < 0) throw new Error(`--seed must be a whole number\n${USAGE}`);
  if (!(minutes >= 0.25 && minutes <= 24 * 60)) throw new Error(`--minutes must be 0.25 to 1440\n${USAGE}`);
  if (backend !== 'redis' && backend !== 'postgres') throw new Error(`--backend must be redis or postgres\n${USAGE}`);
  return { seed, minutes, backend, logs: values.logs ?? null };
}
