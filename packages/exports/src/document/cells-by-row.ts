import type { Cell, Table } from '@ocrelay/document';

/** The cells that begin in a row, in the order of the table; rows where none begins are missing. */
export function cellsByRow(table: Table): ReadonlyMap<number, readonly Cell[]> {
  const rows = new Map<number, Cell[]>();
  for (const cell of table.cells) {
    const row = rows.get(cell.row);
    if (row === undefined) rows.set(cell.row, [cell]);
    else row.push(cell);
  }
  return rows;
}
