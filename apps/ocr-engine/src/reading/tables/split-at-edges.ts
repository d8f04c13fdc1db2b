import { type Box, middleOf } from '../page.ts';
import type { Grid, GridCell } from './grid.ts';

/** The core of a line of text, and the cell that it stands in; null outside of tables. */
export interface PlacedCore {
  readonly core: Box;
  readonly cell: GridCell | null;
}

/** Narrower pieces, as a share of the core's height, are what the detection model smears over a rule. */
const LEAST_WIDTH = 0.5;

/** Cuts the core of a line where it reaches over the edge of a cell: the detection model takes near neighbours for one line. */
export function splitAtEdges(core: Box, grids: readonly Grid[]): PlacedCore[] {
  const y = middleOf(core);
  const grid = grids.find(({ box }) => y > box.top && y < box.bottom && core.left < box.right && core.right > box.left);
  if (grid === undefined) return [{ core, cell: null }];
  const cuts = grid
    .columnEdges(y)
    .map(Math.round)
    .filter((x) => x > core.left && x < core.right);
  const pieces: PlacedCore[] = [];
  let left = core.left;
  for (const right of [...cuts, core.right]) {
    const cell = grid.cellAt((left + right) / 2, y);
    const before = pieces.at(-1);
    if (before !== undefined && before.cell === cell)
      pieces[pieces.length - 1] = { core: { ...before.core, right }, cell };
    else pieces.push({ core: { ...core, left, right }, cell });
    left = right;
  }
  if (pieces.length === 1) return pieces;
  return pieces.filter((piece) => piece.core.right - piece.core.left >= LEAST_WIDTH * (core.bottom - core.top));
}
