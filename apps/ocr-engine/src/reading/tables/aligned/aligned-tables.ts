import { isProse } from '../../is-prose.ts';
import { acrossAtMiddle, type Stroke, type Strokes } from '../../lines/strokes.ts';
import { medianOf } from '../../median.ts';
import { around, type Box, middleOf } from '../../page.ts';
import { coverMost } from '../covered.ts';
import { type Grid, placeTiles } from '../grid.ts';
import { tile } from '../tile.ts';
import { centredLabels, type PlacedText } from './centred-labels.ts';
import { columnEdges } from './column-edges.ts';
import { type Piece, piecesOf } from './pieces.ts';
import { looseRegions, type Region, ruledRegions } from './regions.ts';
import { rowEdges } from './row-edges.ts';
import { ruledEdges } from './ruled-edges.ts';
import { heightOf, type TextLine, textLines } from './text-lines.ts';

/** A table without rules has so many rows at least; one of two columns more, since an address beside a date is none. */
const LEAST_ROWS = 3;
const LEAST_ROWS_OF_TWO = 4;
/** Of a table's cells at least this share holds something. */
const LEAST_FILLED = 0.5;
/** At most this share of the pieces reaches over from column to column: a heading, a total. More is running text. */
const MOST_ACROSS = 0.15;
/** A rule no further from a height than this is at it, pixels. */
const SAME_HEIGHT = 4;
/** Pages with more text than any printed page are left alone. */
const MOST_CORES = 5_000;

/**
 * The tables that no upright rules make: by level rules, or by nothing but how their text is aligned. Columns are the upright
 * strips of text with empty ones between, rows what rules or wider gaps part. It is careful: running text in two columns, and
 * a few words beside others, are no table.
 *
 * @param cores of the lines of text that are in no ruled table
 * @param ink of the page, 1 for each pixel of it
 * @param strokes of no ruled table
 */
export function alignedTables(cores: readonly Box[], ink: Uint8Array, width: number, strokes: Strokes): Grid[] {
  if (cores.length > MOST_CORES) return [];
  const pieces = piecesOf(cores, ink, width);
  if (pieces.length === 0) return [];
  const lineHeight = medianHeight(pieces);
  const lines = textLines(pieces);
  const grids: Grid[] = [];
  const isFree = (line: TextLine) => !grids.some(({ box }) => middleOf(line) > box.top && middleOf(line) < box.bottom);
  for (const region of ruledRegions(lines, strokes.level, lineHeight)) {
    const grid = region.lines.every(isFree) ? gridOf(region, strokes) : null;
    if (grid !== null) grids.push(grid);
  }
  for (const region of looseRegions(lines.filter(isFree), lineHeight)) {
    const grid = gridOf(region, strokes);
    if (grid !== null) grids.push(grid);
  }
  return grids;
}

/** Null where it is no table. */
function gridOf({ lines, rules }: Region, strokes: Strokes): Grid | null {
  const pieces = lines.flatMap((line) => line.pieces);
  const lineHeight = medianHeight(pieces);
  const rows = rowEdges(lines, rules, lineHeight);
  const rowOf = (piece: Piece) => rows.findLastIndex((edge) => edge.y <= middleOf(piece.box));
  const columns = columnEdges(
    rows.slice(1).map((_, row) => pieces.filter((piece) => rowOf(piece) === row)),
    lineHeight,
  );
  if (columns.length < 3) return null;
  const least = rules.length > 0 ? 2 : columns.length === 3 ? LEAST_ROWS_OF_TWO : LEAST_ROWS;
  if (rows.length - 1 < least || holdsProse(lines, columns)) return null;
  const across = pieces.filter(({ box }) => columns.slice(1, -1).some((x) => box.left < x - 2 && box.right > x + 2));
  if (across.length > 2 && across.length > MOST_ACROSS * pieces.length) return null;
  const places = new Set(pieces.map((piece) => `${rowOf(piece)} ${columnOf(piece, columns)}`));
  if (places.size < LEAST_FILLED * (rows.length - 1) * (columns.length - 1)) return null;

  const outer = around(pieces.map((piece) => piece.box));
  const left = Math.min(outer.left, ...rules.map((rule) => rule.from));
  const right = Math.max(outer.right, ...rules.map((rule) => rule.to));
  const x = [left, ...columns.slice(1, -1), right];
  const reachesOver = (row: number, column: number) =>
    [...(rows[row]?.across ?? []), ...(rows[row + 1]?.across ?? [])].some(
      ({ box }) => box.left < (x[column + 1] ?? 0) && box.right > (x[column] ?? 0),
    );
  const labels = centredLabels(placedTexts(pieces, rowOf, x), reachesOver, x, lineHeight);
  const isCrossed = (row: number, column: number) => {
    const edge = x[column + 1] ?? 0;
    return (
      labels.some((label) => label.row === row && label.first <= column && label.last > column) ||
      pieces.some((piece) => rowOf(piece) === row && piece.box.left < edge - 2 && piece.box.right > edge + 2)
    );
  };
  const tiles = tile(
    rows.length - 1,
    x.length - 1,
    (row, column) => {
      const edge = rows[row + 1];
      const [from, to] = [x[column] ?? 0, x[column + 1] ?? 0];
      if (edge?.across.some(({ box }) => box.left < to && box.right > from) === true) return false;
      if (edge?.rule == null) return true;
      return isRuled(rules, edge.y, from, to);
    },
    (row, column) => !isCrossed(row, column),
  );
  const frame = {
    rowAt: (_: number, y: number) => y,
    columnAt: (at: number) => at,
    point: (column: number, row: number) => ({ x: column, y: row }),
  };
  const y = rows.map((edge) => edge.y);
  return placeTiles(tiles, y, x, frame, ruledEdges(y, x, pieces, strokes, lineHeight));
}

/** The pieces of each place of the grid as one text; those that reach over the edge of a row are left out. */
function placedTexts(pieces: readonly Piece[], rowOf: (piece: Piece) => number, x: readonly number[]): PlacedText[] {
  const columns = x.slice(0, -1).map((_, column) => column);
  const places = new Map<string, PlacedText>();
  for (const piece of pieces) {
    const { left, right } = piece.box;
    const reached = columns.filter((column) => left < (x[column + 1] ?? 0) - 2 && right > (x[column] ?? 0) + 2);
    const [row, first, last] = [rowOf(piece), reached[0] ?? 0, reached.at(-1) ?? 0];
    const key = `${row} ${first} ${last}`;
    const boxes = [piece.box, ...(places.has(key) ? [(places.get(key) as PlacedText).box] : [])];
    places.set(key, { row, first, last, box: around(boxes) });
  }
  return [...places.values()];
}

function columnOf(piece: Piece, columns: readonly number[]): number {
  return columns.findLastIndex((edge) => edge <= (piece.box.left + piece.box.right) / 2);
}

/** Whether two columns (of at most three) are running text; within a line of that, a comma may leave a wide gap. */
function holdsProse(lines: readonly TextLine[], columns: readonly number[]): boolean {
  if (columns.length > 4) return false;
  const prose = columns.slice(1).filter((_, i) => {
    const own = lines.map((line) =>
      line.pieces.filter((piece) => columnOf(piece, columns) === i).map(({ box }) => box),
    );
    return isProse(own.filter((boxes) => boxes.length > 0).map(around));
  });
  return prose.length >= 2;
}

/** Whether rules at a height run along most of `from` to `to`. */
function isRuled(rules: readonly Stroke[], y: number, from: number, to: number): boolean {
  const own = rules.filter((rule) => Math.abs(acrossAtMiddle(rule) - y) <= SAME_HEIGHT);
  return coverMost(own, from, to);
}

function medianHeight(pieces: readonly Piece[]): number {
  return medianOf(pieces.map(heightOf)) ?? 1;
}
