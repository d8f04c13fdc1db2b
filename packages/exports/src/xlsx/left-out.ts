import type { Table } from '@ocrelay/document';
import { textContent } from './cell-content.ts';
import { MAX_COLUMNS, MAX_ROWS } from './limits.ts';
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
      for (const [index, texts] of [['Sheet', 'Lacks'], ...cuts.map(({ sheet, lacks }) => [sheet, lacks])].entries()) {
        yield texts.map((text, column) => {
          return { column, content: textContent(text), bold: index === 0, wrap: false, borders: '' };
        });
      }
    },
    merges: () => [],
  };
}
