import type { Cell } from '../../model/table.ts';
import { namesIdentifiers, namesSurely } from './identifier-label.ts';

/** What a table says about its own cells. */
export interface Labels {
  /** For each column what names it. */
  readonly headings: readonly string[][];
  /** For each cell whether a label says that it is an identifier. */
  readonly identifiers: readonly boolean[];
}

/**
 * Goes through the cells row by row. A label counts for the columns it spans, downwards: one in a header for good, any
 * other until the next cell without a digit, since forms have many labels below each other. In a form the label may also
 * be the cell to the left.
 */
export function labels(cells: readonly Cell[], columns: number): Labels {
  const headings: string[][] = Array.from({ length: columns }, () => []);
  const headed = new Array<boolean>(columns).fill(false);
  const labelled = new Array<boolean>(columns).fill(false);
  const identifiers = cells.map((cell, at) => {
    const left = cells[at - 1];
    const besideLabel = left?.row === cell.row && isLabel(left) && namesSurely(left.text);
    const isIdentifier = headed[cell.column] === true || labelled[cell.column] === true || besideLabel;
    if (isLabel(cell) || cell.header) {
      const names = namesIdentifiers(cell.text);
      const until = Math.min(cell.column + cell.column_span, columns);
      for (let column = cell.column; column < until; column += 1) {
        if (cell.header || cell.row === 0) headings[column]?.push(cell.text);
        if (cell.header) headed[column] ||= names;
        else labelled[column] = names;
      }
    }
    return isIdentifier;
  });
  return { headings, identifiers };
}

function isLabel({ text }: Cell): boolean {
  return text !== '' && text.length <= 60 && /[\p{L}#№]/u.test(text) && !/\p{N}/u.test(text);
}
