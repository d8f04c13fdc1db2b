import type { Table } from '@ocrelay/document';
import { stringify } from 'csv-stringify/sync';
import { gridRows } from '../document/grid-rows.ts';
import { printable } from '../text/printable.ts';
import { guarded } from './formula-guard.ts';

export interface CsvStyle {
  /** What stands at the places of a cell that spans several but the first: nothing, or its text again. */
  readonly spans: 'blank' | 'repeat';
  /** Whether what a spreadsheet could take for a formula gets a `'` before it. */
  readonly safe: boolean;
}

/** Excel reads a CSV file as UTF-8 only when it begins so. */
const BOM = '\ufeff';

/**
 * A table as CSV (RFC 4180: CRLF at the end of each row), a row at a time. Where it has to be safe all texts are quoted, and
 * not only those that a reader of commas needs it for: see `guarded`.
 */
export function* csvText(table: Table, { spans, safe }: CsvStyle): Generator<string> {
  const format = {
    record_delimiter: '\r\n',
    quoted: safe,
    quoted_match: /[\r\n]|^\s|\s$/, // line ends, and blanks that a reader might trim
    quoted_empty: table.columns === 1, // else a row with nothing in it would be an empty line, which readers skip
  };
  yield BOM;
  for (const row of gridRows(table)) {
    const record = Array.from({ length: table.columns }, (_, column) => {
      const place = row.get(column);
      if (place === undefined || (spans === 'blank' && !place.isAnchor)) return '';
      const text = printable(place.cell.text);
      return safe ? guarded(text) : text;
    });
    yield stringify([record], format);
  }
}
