import { isProse } from '../../is-prose.ts';
import { acrossAtMiddle, type Stroke, type Strokes } from '../../lines/strokes.ts';
import { medianOf } from '../../median.ts';
import { around, type Box, middleOf } from '../../page.ts';
import { coverMost } from '../covered.ts';
import { type Grid, placeTiles } from '../grid.ts';
import { tile } from '../tile.ts';
import { type BentLine, bendEdges, bentFrame } from './bent-lines.ts';
import { centredLabels, type PlacedText } from './centred-labels.ts';
import { columnEdges, withEdgesOfHeader } from './column-edges.ts';
import { type Piece, piecesOf } from './pieces.ts';
import { looseRegions, type Region, ruledRegions } from './regions.ts';
import { type RowEdge, rowEdges } from './row-edges.ts';
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
  const inRows = rows.slice(1).map((_, row) => pieces.filter((piece) => rowOf(piece) === row));
  const wide = columnEdges(
    lines.map((line) => line.pieces),
    lineHeight,
    false,
  );
  const sure = columnEdges(inRows, lineHeight, true);
  if (wide.length < 3 || sure.length < 3) return null;
  const least = rules.length > 0 ? 2 : wide.length === 3 ? LEAST_ROWS_OF_TWO : LEAST_ROWS;
  if (rows.length - 1 < least || holdsProse(lines, sure)) return null;
  const across = pieces.filter(({ box }) => sure.slice(1, -1).some((x) => box.left < x - 2 && box.right > x + 2));
  if (across.length > 2 && across.length > MOST_ACROSS * pieces.length) return null;
  const columns = withEdgesOfHeader(sure, inRows, lineHeight);
  const bent = bendEdges(lines, columns, lineHeight);
  const texts = placedTexts(bent, rows);
  const places = new Set(texts.map(({ row, first }) => `${row} ${first}`));
  if (places.size < LEAST_FILLED * (rows.length - 1) * (columns.length - 1)) return null;

  const outer = around(pieces.map((piece) => piece.box));
  const left = Math.min(outer.left, ...rules.map((rule) => rule.from));
  const right = Math.max(outer.right, ...rules.map((rule) => rule.to));
  const x = [left, ...columns.slice(1, -1), right];
  const reachesOver = (edge: RowEdge | undefined, column: number) =>
    edge?.across.some(({ box }) => box.left < (x[column + 1] ?? 0) && box.right > (x[column] ?? 0)) === true;
  const labels = centredLabels(
    texts,
    (row, column) => reachesOver(rows[row], column) || reachesOver(rows[row + 1], column),
    x,
    lineHeight,
  );
  const cells = [...texts, ...labels];
  const tiles = tile(
    rows.length - 1,
    x.length - 1,
    (row, column) => {
      const edge = rows[row + 1];
      if (reachesOver(edge, column)) return false;
      return edge?.rule == null || isRuled(rules, edge.y, x[column] ?? 0, x[column + 1] ?? 0);
    },
    (row, column) => !cells.some((cell) => cell.row === row && cell.first <= column && cell.last > column),
  );
  const y = rows.map((edge) => edge.y);
  return placeTiles(tiles, y, x, bentFrame(bent, x), ruledEdges(y, x, pieces, strokes, lineHeight));
}

/** The pieces of each place of the grid as one text. */
function placedTexts(lines: readonly BentLine[], rows: readonly RowEdge[]): PlacedText[] {
  const places = new Map<string, PlacedText>();
  for (const { pieces, edges } of lines) {
    const columns = edges.slice(0, -1).map((_, column) => column);
    for (const { box } of pieces) {
      const row = rows.findLastIndex((edge) => edge.y <= middleOf(box));
      const reached = columns.filter(
        (column) => box.left < (edges[column + 1] ?? 0) - 2 && box.right > (edges[column] ?? 0) + 2,
      );
      const [first, last] = [reached[0] ?? 0, reached.at(-1) ?? 0];
      const key = `${row} ${first} ${last}`;
      places.set(key, { row, first, last, box: around([box, ...[places.get(key)?.box ?? []].flat()]) });
    }
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
