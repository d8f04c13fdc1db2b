import type { Tile } from './tile.ts';

/** Where strokes run along the edges of a grid, edges counted from 0: row 1's level edge is the one below the first row. */
export interface Ruled {
  /** Whether a row's upper edge is ruled from the left edge of one column to that of another. */
  readonly level: (row: number, from: number, to: number) => boolean;
  /** Whether a column's left edge is ruled from the upper edge of one row to that of another. */
  readonly upright: (column: number, from: number, to: number) => boolean;
}

/** The sides of a cell that are ruled: of `trbl` (top, right, bottom, left) the letters of these, in this order. */
export function bordersOf({ row, column, rowSpan, columnSpan }: Tile, { level, upright }: Ruled): string {
  const [below, beside] = [row + rowSpan, column + columnSpan];
  return (
    (level(row, column, beside) ? 't' : '') +
    (upright(beside, row, below) ? 'r' : '') +
    (level(below, column, beside) ? 'b' : '') +
    (upright(column, row, below) ? 'l' : '')
  );
}
