import { parseArgs } from 'node:util';

export interface ReadingOptions {
  readonly pages: number;
  readonly seed: number;
  /** Where the pages and what was read of them are left for people; null: nowhere. */
  readonly keep: string | null;
}

const USAGE = 'npm run bench:reading -- [--pages NUMBER] [--seed NUMBER] [--keep FOLDER]';

/** @throws Error with the usage */
export function parseOptions(args: readonly string[]): ReadingOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      pages: { type: 'string', default: '200' },
      seed: { type: 'string', default: '1' },
      keep: { type: 'string' },
    },
  });
  const [pages, seed] = [Number(values.pages), Number(values.seed)];
  if (!Number.isSafeInteger(pages) || pages < 1) throw new Error(`--pages must be a whole number from 1\n${USAGE}`);
  if (!Number.isSafeInteger(seed) || seed < 0) throw new Error(`--seed must be a whole number\n${USAGE}`);
  return { pages, seed, keep: values.keep ?? null };
}
