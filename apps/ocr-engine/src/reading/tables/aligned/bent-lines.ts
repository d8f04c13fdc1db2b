import { medianOf } from '../../median.ts';
import { around, type Box, middleOf } from '../../page.ts';
import type { Span } from '../covered.ts';
import type { Frame } from '../straighten.ts';
import { isFlush } from './flush.ts';
import { type Piece, withoutGaps } from './pieces.ts';
import type { TextLine } from './text-lines.ts';

/** A line of a table, its pieces cut at the edges of columns, and where these edges run in this line. */
export interface BentLine extends TextLine {
  /** x, the outer ones included. */
  readonly edges: readonly number[];
}

/** A gap that is as wide as so many heights of a line parts two cells, not two words. */
const CELL_GAP = 0.42;
/** An edge runs between the texts of its columns, or no further than so many heights of a line beside that. */
const NEAR = 1;
/** Text that reaches over its column's edge is still this column's alone when no more than this share of it does. */
const MOST_OVER = 0.35;

/**
 * Bends the edges of columns around what stands in a line. Long words reach over the edge, and cells touch; they are two all the
 * same where there is a gap as between columns, or any gap of which both sides then stand as their columns do.
 *
 * @param columns x of the edges, the outer ones included; @param lineHeight pixels
 */
export function bendEdges(lines: readonly TextLine[], columns: readonly number[], lineHeight: number): BentLine[] {
  const pieces = lines.flatMap((line) => line.pieces.map(({ box }) => box));
  const own = columns
    .slice(1)
    .map((right, i) => pieces.filter((box) => box.left >= (columns[i] ?? 0) - 2 && box.right <= right + 2));
  return lines.map((line) => {
    const edges = [...columns];
    let parts = [...line.pieces];
    for (let i = 1; i < columns.length - 1; i++) {
      const edge = columns[i] ?? 0;
      const piece = parts.find(({ box }) => box.left < edge - 2 && box.right > edge + 2);
      if (piece === undefined) continue;
      const [before, after] = [own[i - 1] ?? [], own[i] ?? []];
      const gap = gapAt(piece, edge, before, after, lineHeight);
      if (gap !== null) {
        edges[i] = Math.round((gap.from + gap.to) / 2);
        parts = parts.flatMap((one) => (one === piece ? cut(piece, gap) : [one]));
      } else edges[i] = beside(textAt(piece, edge, lineHeight), edge, before, after, lineHeight);
    }
    return { ...line, pieces: parts, edges };
  });
}

/** Coordinates in which the edges of columns are upright. @param columns x that they then have, the outer ones included */
export function bentFrame(lines: readonly BentLine[], columns: readonly number[]): Frame {
  const lineAt = (y: number) =>
    lines
      .filter(({ top, bottom }) => y > top && y < bottom)
      .sort((a, b) => Math.abs(middleOf(a) - y) - Math.abs(middleOf(b) - y))[0];
  return {
    rowAt: (_, y) => y,
    columnAt: (x, y) => {
      const at = lineAt(y)
        ?.edges.slice(1, -1)
        .findLastIndex((edge) => edge <= x);
      return at === undefined ? x : ((columns[at + 1] ?? 0) + (columns[at + 2] ?? 0)) / 2;
    },
    point: (column, row) => {
      const at = columns.indexOf(column);
      const isInner = at > 0 && at < columns.length - 1;
      return { x: (isInner ? lineAt(row)?.edges[at] : undefined) ?? column, y: row };
    },
    heights: lines.map(middleOf),
  };
}

/** The gap of a piece that parts what is of the column before an edge from what is of the one after it. */
function gapAt(
  piece: Piece,
  edge: number,
  before: readonly Box[],
  after: readonly Box[],
  lineHeight: number,
): Span | null {
  const distance = ({ from, to }: Span) => Math.max(0, from - edge, edge - to);
  const slack = NEAR * lineHeight;
  const least = Math.min(edge, Math.max(...before.map(({ right }) => right))) - slack;
  const most = Math.max(edge, Math.min(...after.map(({ left }) => left))) + slack;
  const gaps = piece.ink
    .slice(1)
    .map(({ from }, i) => ({ from: piece.ink[i]?.to ?? from, to: from }))
    .filter(({ from, to }) => to >= least && from <= most)
    .sort((a, b) => distance(a) - distance(b));
  const [end, start] = [
    medianOf(before.map(({ right }) => right)) ?? edge,
    medianOf(after.map(({ left }) => left)) ?? edge,
  ];
  const misfit = ({ from, to }: Span) => Math.min(Math.abs(from - end), Math.abs(to - start));
  const isOfTwo = (gap: Span) =>
    isFlush({ ...piece.box, right: gap.from }, before, lineHeight) &&
    isFlush({ ...piece.box, left: gap.to }, after, lineHeight);
  return (
    gaps.find(({ from, to }) => to - from >= CELL_GAP * lineHeight) ??
    gaps.filter(isOfTwo).sort((a, b) => misfit(a) - misfit(b))[0] ??
    null
  );
}

function cut(piece: Piece, { from, to }: Span): Piece[] {
  return [
    { ...piece, box: { ...piece.box, right: from }, ink: piece.ink.filter((run) => run.to <= from) },
    { ...piece, box: { ...piece.box, left: to }, ink: piece.ink.filter((run) => run.from >= to) },
  ];
}

/** What of a piece is at an edge: from one gap as between cells to the next. */
function textAt({ box, ink }: Piece, edge: number, lineHeight: number): Box {
  const text = withoutGaps(ink, CELL_GAP * lineHeight).find(({ from, to }) => from <= edge && to >= edge);
  return text === undefined ? box : { ...box, left: text.from, right: text.to };
}

/** Where an edge runs around a text that is of one column and reaches somewhat into the next; the edge itself where it is of both. */
function beside(box: Box, edge: number, before: readonly Box[], after: readonly Box[], lineHeight: number): number {
  const width = box.right - box.left;
  const isShort = (over: number, column: readonly Box[]) => {
    if (column.length === 0) return false;
    const { left, right } = around(column);
    return over <= MOST_OVER * width && over <= (right - left) / 2;
  };
  if (isShort(box.right - edge, after) && isFlush(box, before, lineHeight)) return box.right + 1;
  if (isShort(edge - box.left, before) && isFlush(box, after, lineHeight)) return box.left - 1;
  return edge;
}
