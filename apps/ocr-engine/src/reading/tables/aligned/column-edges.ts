import type { Piece } from './pieces.ts';
import type { TextLine } from './text-lines.ts';

/** Lines with fewer pieces than this share of the fullest one's say nothing about columns: headings of groups, totals, rests. */
const TYPICAL = 0.6;
/** Of so many typical lines one may reach over from column to column. */
const LINES_FOR_EXCEPTION = 5;
/** Columns are further apart than this share of a line's height. */
const LEAST_GAP = 0.6;

/**
 * Where the columns of lines part: in the middle of each upright strip that the typical lines leave empty.
 *
 * @returns x of the edges, the outer ones included; two for a single column
 */
export function columnEdges(lines: readonly TextLine[], lineHeight: number): number[] {
  const most = Math.max(...lines.map((line) => line.pieces.length));
  const typical = lines.filter((line) => line.pieces.length >= Math.max(2, TYPICAL * most));
  const allowed = typical.length >= LINES_FOR_EXCEPTION ? 1 : 0;
  const spans = covered(
    typical.flatMap((line) => line.pieces),
    allowed,
  );
  const edges: number[] = [];
  for (const [i, span] of spans.entries()) {
    const before = spans[i - 1];
    if (before === undefined) edges.push(span.from);
    else if (span.from - before.to >= LEAST_GAP * lineHeight) edges.push(Math.round((before.to + span.from) / 2));
  }
  const last = spans.at(-1);
  return last === undefined ? [] : [...edges, last.to];
}

/** The stretches of x over which more than `allowed` pieces lie. */
function covered(pieces: readonly Piece[], allowed: number): { from: number; to: number }[] {
  const steps = pieces
    .flatMap(({ box }) => [
      { x: box.left, by: 1 },
      { x: box.right, by: -1 },
    ])
    .sort((a, b) => a.x - b.x || b.by - a.by);
  const spans: { from: number; to: number }[] = [];
  let depth = 0;
  for (const { x, by } of steps) {
    depth += by;
    if (by === 1 && depth === allowed + 1) spans.push({ from: x, to: x });
    else if (by === -1 && depth === allowed) {
      const span = spans.at(-1);
      if (span !== undefined) span.to = x;
    }
  }
  return spans;
}
