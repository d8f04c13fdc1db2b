import type { Table } from '@ocrelay/document';
import { textContent } from './cell-content.ts';
import { MAX_COLUMNS, MAX_ROWS } from './limits.ts';
import { plainRow } from './plain-row.ts';
import type { Sheet } from './sheet.ts';

/** What of a table has no place in its sheet, for people to read; null where all of it has. */
export function leftOut({ rows, columns }: Table): string | null {
  const beyond = [
    rows > MAX_ROWS ? [`rows ${MAX_ROWS + 1} to ${rows}`] : [],
    columns > MAX_COLUMNS ? [`columns ${MAX_COLUMNS + 1} to ${columns}`] : [],
  ].flat();
  return beyond.length === 0 ? null : beyond.join(', ');
}

/** Which sheets lack what: a table that is cut must not look like a whole one. */
export function leftOutSheet(name: string, cuts: readonly { readonly sheet: string; readonly lacks: string }[]): Sheet {
  return {
    name,
    widths: () => [34, 60],
    frozenRows: 1,
    *rows() {
      yield plainRow(['Sheet', 'Lacks'].map(textContent), true);
      for (const { sheet, lacks } of cuts) yield plainRow([sheet, lacks].map(textContent), false);
    },
    merges: () => [],
  };
}
