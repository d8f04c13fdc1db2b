import type { Table } from '@ocrelay/document';
import { cellsByRow } from './cells-by-row.ts';

/**
 * How many rows at the top name what stands below: those where each cell that says something is marked as a header, and one
 * is. A header that spans rows counts in each of them; a cell that reaches from these rows further down belongs to none, so
 * that they can be parted from what follows.
 */
export function leadingHeaderRows(table: Table): number {
  const byRow = cellsByRow(table);
  let parted = 0; // rows from the top that no cell reaches out of
  let reach = 0; // rows from the top that cells so far reach into
  let named = 0; // rows from the top that a header reaches into
  for (let row = 0; row < table.rows; row += 1) {
    if (reach <= row) parted = row;
    for (const cell of byRow.get(row) ?? []) {
      reach = Math.max(reach, row + cell.row_span);
      if (cell.header) named = Math.max(named, row + cell.row_span);
      else if (cell.text.trim() !== '') return parted;
    }
    if (named <= row) return parted;
  }
  return table.rows;
}
