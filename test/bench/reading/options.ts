import { parseArgs } from 'node:util';
import { TABLES } from './pages/make-pages.ts';
import type { TableKind } from './pages/truth.ts';

export interface ReadingOptions {
  readonly pages: number;
  readonly seed: number;
  /** Of the pages only those with this kind of table are read, the same ones as without it; null: all. */
  readonly table: TableKind | null;
  /** Whether the pages have pictures, beside all that they have without. */
  readonly pictures: boolean;
  /** Where the pages and what was read of them are left for people; null: nowhere. */
  readonly keep: string | null;
}

const USAGE = 'npm run bench:reading -- [--pages NUMBER] [--seed NUMBER] [--table KIND] [--pictures] [--keep FOLDER]';

/** @throws Error with the usage */
export function parseOptions(args: readonly string[]): ReadingOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      pages: { type: 'string', default: '200' },
      seed: { type: 'string', default: '1' },
      table: { type: 'string' },
      pictures: { type: 'boolean', default: false },
      keep: { type: 'string' },
    },
  });
  const [pages, seed] = [Number(values.pages), Number(values.seed)];
  if (!Number.isSafeInteger(pages) || pages < 1) throw new Error(`--pages must be a whole number from 1\n${USAGE}`);
  if (!Number.isSafeInteger(seed) || seed < 0) throw new Error(`--seed must be a whole number\n${USAGE}`);
  const table = TABLES.find((kind) => kind === values.table) ?? null;
  if (values.table !== undefined && table === null)
    throw new Error(`--table must be one of ${TABLES.join(', ')}\n${USAGE}`);
  return { pages, seed, table, pictures: values.pictures, keep: values.keep ?? null };
}
