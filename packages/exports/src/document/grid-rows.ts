import type { Cell, Table } from '@ocrelay/document';
import { cellsByRow } from './cells-by-row.ts';

/** A place of a grid: the cell that it belongs to, and whether that begins here. */
export interface Place {
  readonly cell: Cell;
  readonly isAnchor: boolean;
}

/** A row of a grid, by column. A place is missing where the table, against its promise, has no cell for it. */
export type GridRow = ReadonlyMap<number, Place>;

/**
 * The rows of a table from the top, one at a time.
 * @param limits what the file can hold: rows and columns beyond are left out
 */
export function* gridRows(
  table: Table,
  limits: { readonly rows: number; readonly columns: number } = { rows: Infinity, columns: Infinity },
): Generator<GridRow> {
  const byRow = cellsByRow(table);
  const columns = Math.min(table.columns, limits.columns);
  let open: readonly Cell[] = [];
  for (let row = 0; row < Math.min(table.rows, limits.rows); row += 1) {
    open = [...open.filter((cell) => cell.row + cell.row_span > row), ...(byRow.get(row) ?? [])];
    yield placesOf(open, row, columns);
  }
}

function placesOf(cells: readonly Cell[], row: number, columns: number): GridRow {
  const places = new Map<number, Place>();
  for (const cell of cells) {
    for (let column = cell.column; column < Math.min(cell.column + cell.column_span, columns); column += 1) {
      places.set(column, { cell, isAnchor: cell.row === row && cell.column === column });
    }
  }
  return places;
}
