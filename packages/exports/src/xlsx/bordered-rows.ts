import type { Cell } from '@ocrelay/document';
import type { GridRow } from '../document/grid-rows.ts';

/** A row of a grid, and the sides of its places that have a line: of `trbl` the letters of these, in this order. */
interface BorderedRow {
  readonly row: GridRow;
  readonly bordersAt: (column: number) => string;
}

type Side = 't' | 'r' | 'b' | 'l';

/** Finds the lines around the places of a grid; holds a row, the one above it and the one below. */
export function* borderedRows(rows: Iterable<GridRow>): Generator<BorderedRow> {
  let above: GridRow | undefined;
  let row: GridRow | undefined;
  for (const below of rows) {
    if (row !== undefined) yield bordered(above, row, below);
    above = row;
    row = below;
  }
  if (row !== undefined) yield bordered(above, row, undefined);
}

function bordered(above: GridRow | undefined, row: GridRow, below: GridRow | undefined): BorderedRow {
  return {
    row,
    bordersAt(column) {
      const own = row.get(column)?.cell;
      if (own === undefined) return '';
      return (
        (hasLine(own, 't', above?.get(column)?.cell, 'b') ? 't' : '') +
        (hasLine(own, 'r', row.get(column + 1)?.cell, 'l') ? 'r' : '') +
        (hasLine(own, 'b', below?.get(column)?.cell, 't') ? 'b' : '') +
        (hasLine(own, 'l', row.get(column - 1)?.cell, 'r') ? 'l' : '')
      );
    },
  };
}

/**
 * Whether there is a line between a cell and what is beside it: where either says so, and where neither knows. Within a cell
 * that spans there is none.
 */
function hasLine(cell: Cell, side: Side, neighbour: Cell | undefined, theirSide: Side): boolean {
  if (cell === neighbour) return false;
  const said = [cell.borders?.includes(side), neighbour?.borders?.includes(theirSide)];
  return said.includes(true) || !said.includes(false);
}
