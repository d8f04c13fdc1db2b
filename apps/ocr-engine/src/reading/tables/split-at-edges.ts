import { around, type Box, middleOf } from '../page.ts';
import { bendAtRules, type Inked } from './bend-at-rules.ts';
import type { Grid, GridCell } from './grid.ts';

/** The core of a line of text, and the cell that it stands in; null outside of tables. */
export interface PlacedCore {
  readonly core: Box;
  readonly cell: GridCell | null;
  /** Where its letters may be: within its cell, or as far as a word of it goes through a rule of that. Absent outside of tables. */
  readonly room?: Box;
}

/** Narrower pieces, as a share of the core's height, are what the detection model smears over a rule. */
const LEAST_WIDTH = 0.5;
/** Cores are of one word when they are no further apart, across or in height, than this share of their height. */
const TOUCHING = 0.3;

/**
 * Cuts the cores of lines where they reach over the edges of cells: the detection model takes near neighbours for one line.
 * Words that go through a rule are not cut.
 *
 * @param page with its rules
 */
export function splitAtEdges(cores: readonly Box[], grids: readonly Grid[], page: Inked): PlacedCore[] {
  const gridOf = new Map(cores.map((core) => [core, grids.find((grid) => isAt(core, grid))] as const));
  const edgesOf = new Map<Box, number[]>();
  for (const grid of grids) {
    const own = cores.filter((core) => gridOf.get(core) === grid);
    const lines = own.map((core) => ({ core, edges: grid.columnEdges(middleOf(core)).map(Math.round) }));
    for (const [i, edges] of bendAtRules(lines, page).entries()) edgesOf.set(own[i] as Box, edges);
  }
  const placed = cores.map((core): PlacedCore[] => {
    const grid = gridOf.get(core);
    if (grid === undefined) return [{ core, cell: null }];
    return split(core, stripsOf(core, grid, edgesOf.get(core) ?? [], page.width));
  });
  return joinRests(
    placed.filter((pieces) => pieces.length <= 1).flat(),
    placed.filter((pieces) => pieces.length > 1).flat(),
  );
}

/** Adds a piece that was cut off to the core beside it in its cell, whose first or last letter it has a part of. */
function joinRests(whole: readonly PlacedCore[], pieces: readonly PlacedCore[]): PlacedCore[] {
  const joined = [...whole];
  for (const piece of pieces) {
    const at = joined.findIndex(
      (other) => other.cell !== null && other.cell === piece.cell && touch(other.core, piece.core),
    );
    const other = joined[at];
    if (other === undefined) joined.push(piece);
    else joined[at] = { ...other, core: around([other.core, piece.core]) };
  }
  return joined;
}

/** Side by side at one height, without room for a space between. */
function touch(a: Box, b: Box): boolean {
  const height = Math.min(a.bottom - a.top, b.bottom - b.top);
  const gap = Math.max(a.left - b.right, b.left - a.right);
  return Math.abs(middleOf(a) - middleOf(b)) < TOUCHING * height && Math.abs(gap) < TOUCHING * height;
}

function isAt(core: Box, { box }: Grid): boolean {
  const y = middleOf(core);
  return y > box.top && y < box.bottom && core.left < box.right && core.right > box.left;
}

function split(core: Box, strips: readonly Strip[]): PlacedCore[] {
  const pieces = strips
    .filter(({ from, to }) => from < to && from < core.right && to > core.left)
    .map(({ from, to, cell }): PlacedCore => {
      const piece = { ...core, left: Math.max(core.left, from), right: Math.min(core.right, to) };
      return cell === null
        ? { core: piece, cell }
        : { core: piece, cell, room: { ...cell.box, left: from, right: to } };
    });
  if (pieces.length === 1) return pieces;
  return pieces.filter((piece) => piece.core.right - piece.core.left >= LEAST_WIDTH * (core.bottom - core.top));
}

/** A cell at one height, or what is beside the table; x of its sides. */
interface Strip {
  readonly from: number;
  readonly to: number;
  readonly cell: GridCell | null;
}

/** The cells that a table has at the height of a core, from the left, and what is beside them. @param bent its edges there */
function stripsOf(core: Box, grid: Grid, bent: readonly number[], width: number): Strip[] {
  const y = middleOf(core);
  const edges = grid.columnEdges(y);
  const strips: Strip[] = [];
  for (const [i, to] of [...bent, width].entries()) {
    const [left, right] = [edges[i - 1], edges[i]];
    const cell = left === undefined || right === undefined ? null : grid.cellAt((left + right) / 2, y);
    const before = strips.at(-1);
    if (before !== undefined && before.cell === cell) strips[strips.length - 1] = { ...before, to };
    else strips.push({ from: bent[i - 1] ?? 0, to, cell });
  }
  return strips;
}
