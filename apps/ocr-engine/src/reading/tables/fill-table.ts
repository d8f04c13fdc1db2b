import { toRows } from '../blocks.ts';
import type { Block, Line } from '../page.ts';
import type { Grid, GridCell } from './grid.ts';

/** A table with what was read in its cells. */
export function fillTable(grid: Grid, linesOf: ReadonlyMap<GridCell, readonly Line[]>): Block {
  const cells = grid.cells.map((cell) => ({ ...cell, rows: toRows(linesOf.get(cell) ?? []) }));
  return {
    label: 'table',
    rows: cells.flatMap((cell) => cell.rows),
    box: grid.box,
    table: { rows: grid.rows, columns: grid.columns, cells },
  };
}
