import type { Cell } from '../../model/table.ts';
import { currenciesNamedIn } from './currency.ts';
import { type IdentifierKind, namedIdentifiers, namedSurely } from './identifier-label.ts';

/** What a table says about its own cells. */
export interface Labels {
  /** For each column the currencies that its headings name. */
  readonly currencies: readonly ReadonlySet<string>[];
  /** For each cell whether a label says that it is an identifier. */
  readonly identifiers: readonly (IdentifierKind | null)[];
}

/**
 * Goes through the cells row by row. A label counts for the columns it spans, downwards: one in a header for good, any
 * other until the next cell without a digit, since forms have many labels below each other. In a form the label may also
 * be the cell to the left.
 */
export function labels(cells: readonly Cell[], columns: number): Labels {
  const currencies = Array.from({ length: columns }, () => new Set<string>());
  const headed = new Array<IdentifierKind | null>(columns).fill(null);
  const labelled = new Array<IdentifierKind | null>(columns).fill(null);
  const identifiers = cells.map((cell, at) => {
    const left = cells[at - 1];
    const besideLabel = left?.row === cell.row && isLabel(left) ? namedSurely(left.text) : null;
    const identifier = headed[cell.column] ?? labelled[cell.column] ?? besideLabel;
    if (isLabel(cell) || cell.header) {
      const kind = namedIdentifiers(cell.text);
      const named = cell.header || cell.row === 0 ? currenciesNamedIn(cell.text) : [];
      const until = Math.min(cell.column + cell.column_span, columns);
      for (let column = cell.column; column < until; column += 1) {
        for (const currency of named) currencies[column]?.add(currency);
        if (cell.header) headed[column] ??= kind;
        else labelled[column] = kind;
      }
    }
    return identifier;
  });
  return { currencies, identifiers };
}

function isLabel({ text }: Cell): boolean {
  return text !== '' && text.length <= 60 && /[\p{L}#№]/u.test(text) && !/\p{N}/u.test(text);
}
