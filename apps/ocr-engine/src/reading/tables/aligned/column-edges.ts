import type { Span } from '../covered.ts';
import { type Piece, withoutGaps } from './pieces.ts';

/** Rows with fewer texts than this share of the fullest one's say nothing about columns: headings of groups, totals. */
const TYPICAL = 0.6;
/** Of so many typical rows one may reach over from column to column; of more, this share. */
const ROWS_FOR_EXCEPTION = 5;
const EXCEPTIONS = 0.15;
/** Gaps between words are narrower than so many heights of a line, and those between columns, in all rows together, wider than so many. */
const WORD_GAP = 0.42;
const LEAST_GAP = 0.35;

/**
 * Where the columns of rows part: in the middle of each upright strip that the typical rows leave empty.
 *
 * @param rows the pieces of each row, of all of its lines
 * @returns x of the edges, the outer ones included; two for a single column
 */
export function columnEdges(rows: readonly (readonly Piece[])[], lineHeight: number): number[] {
  const texts = rows.map((pieces) => textsOf(pieces, lineHeight));
  const most = Math.max(...texts.map((row) => row.length));
  const typical = texts.filter((row) => row.length >= Math.max(2, TYPICAL * most));
  const allowed = typical.length >= ROWS_FOR_EXCEPTION ? Math.max(1, Math.floor(EXCEPTIONS * typical.length)) : 0;
  const spans = covered(typical.flat(), allowed);
  const edges: number[] = [];
  for (const [i, span] of spans.entries()) {
    const before = spans[i - 1];
    if (before === undefined) edges.push(span.from);
    else if (span.from - before.to >= LEAST_GAP * lineHeight) edges.push(Math.round((before.to + span.from) / 2));
  }
  const last = spans.at(-1);
  return last === undefined ? [] : [...edges, last.to];
}

/** Where a row has text, whichever of its lines this is in. */
function textsOf(pieces: readonly Piece[], lineHeight: number): Span[] {
  const texts = pieces.flatMap(({ ink }) => withoutGaps(ink, WORD_GAP * lineHeight));
  return withoutGaps(
    texts.sort((a, b) => a.from - b.from),
    0,
  );
}

/** The stretches of x over which more than `allowed` texts lie. */
function covered(texts: readonly Span[], allowed: number): Span[] {
  const steps = texts
    .flatMap(({ from, to }) => [
      { x: from, by: 1 },
      { x: to, by: -1 },
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
