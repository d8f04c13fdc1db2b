import type { Cell, Table } from '@ocrelay/document';
import { widthOf } from '../text/is-wide.ts';
import { MAX_COLUMNS } from './limits.ts';

/** In characters, as Excel counts the widths of columns. Beyond the widest, text wraps. */
const NARROWEST = 6;
export const WIDEST = 60;
/** Room at both sides, and for the wider letters of a header. */
const PADDING = 2;

/** Widths that the longest line of each cell fits into, as far as a column may grow; cells that span share theirs. */
export function columnWidths(table: Table): number[] {
  const widths = Array.from({ length: Math.min(table.columns, MAX_COLUMNS) }, () => NARROWEST);
  const bySpan = table.cells.toSorted((a, b) => a.column_span - b.column_span); // the narrow ones have no choice
  for (const cell of bySpan) widen(widths, cell);
  return widths;
}

function widen(widths: number[], { column, column_span, text }: Cell): void {
  const end = Math.min(column + column_span, widths.length);
  let missing = linesWidth(text) + PADDING;
  for (let at = column; at < end; at += 1) missing -= widths[at] ?? 0;
  if (missing <= 0) return;
  const share = Math.ceil(missing / (end - column));
  for (let at = column; at < end; at += 1) widths[at] = Math.min(WIDEST, (widths[at] ?? 0) + share);
}

/** The width of the longest line. Nobody needs to know it beyond what the widest row of columns could take. */
function linesWidth(text: string): number {
  return Math.max(...text.slice(0, 4096).split('\n').map(widthOf));
}
