import type { Span } from '../covered.ts';
import { type Piece, withoutGaps } from './pieces.ts';

/** Rows with fewer texts than this share of the fullest one's say nothing about columns: headings of groups, totals. */
const TYPICAL = 0.6;
/** Of so many typical rows one may reach over from column to column; of more, this share. */
const ROWS_FOR_EXCEPTION = 5;
const EXCEPTIONS = 0.15;
/** Columns are further apart than so many heights of a line in all rows together; of what surely is a table, than the second. */
const LEAST_GAP = 0.6;
const LEAST_GAP_FINE = 0.35;
/** No column is narrower than so many heights of a line, a single figure's: there long words of two columns reach into the gap between. */
const LEAST_COLUMN = 0.25;
/** There also narrow gaps in a text may part columns: from so many heights of a line on. */
const WORD_GAP = 0.42;

/** An edge so close to a gap is in it, in heights of a line: headers may be longer than what is below. */
const SLACK = 1;
/** Below a gap of the header no edge runs where more than this share of the rows has letters. */
const MOST_CROSSED = 0.25;

/**
 * Where the columns of rows part: in the middle of each upright strip that the typical rows leave empty.
 *
 * @param rows the pieces of each row, of all of its lines
 * @param isFine whether gaps may be narrow; some are where running text has wide spaces
 * @returns x of the edges, the outer ones included; two for a single column
 */
export function columnEdges(rows: readonly (readonly Piece[])[], lineHeight: number, isFine: boolean): number[] {
  const [wordGap, leastGap] = isFine
    ? [WORD_GAP * lineHeight, LEAST_GAP_FINE * lineHeight]
    : [Infinity, LEAST_GAP * lineHeight];
  const texts = rows.map((pieces) => textsOf(pieces, wordGap));
  const most = Math.max(...texts.map((row) => row.length));
  const typical = texts.filter((row) => row.length >= Math.max(2, TYPICAL * most));
  const allowed = typical.length >= ROWS_FOR_EXCEPTION ? Math.max(1, Math.floor(EXCEPTIONS * typical.length)) : 0;
  const spans = covered(typical.flat(), allowed).filter(({ from, to }) => to - from >= LEAST_COLUMN * lineHeight);
  const edges: number[] = [];
  for (const [i, span] of spans.entries()) {
    const before = spans[i - 1];
    if (before === undefined) edges.push(span.from);
    else if (span.from - before.to >= leastGap) edges.push(Math.round((before.to + span.from) / 2));
  }
  const last = spans.at(-1);
  return last === undefined ? [] : [...edges, last.to];
}

/**
 * Adds an edge in each wide gap of the header that has none: there it parts two columns, though below the cells of most rows
 * touch. It runs where letters of the fewest rows are.
 */
export function withEdgesOfHeader(
  edges: readonly number[],
  rows: readonly (readonly Piece[])[],
  lineHeight: number,
): number[] {
  if (rows.length < ROWS_FOR_EXCEPTION) return [...edges];
  const slack = SLACK * lineHeight;
  const found = [...edges];
  const header = withoutGaps(spansOf(rows[0] ?? []), 0);
  for (const [i, { to }] of header.entries()) {
    const from = header[i + 1]?.from;
    if (from === undefined || found.some((edge) => edge > to - slack && edge < from + slack)) continue;
    const crossed = Array.from({ length: from - to - 1 }, (_, k) => {
      const x = to + 1 + k;
      return rows.filter((row) => row.some(({ ink }) => ink.some((run) => run.from <= x && run.to > x))).length;
    });
    const least = Math.min(...crossed);
    if (least <= MOST_CROSSED * rows.length)
      found.push(to + 1 + middleOfLongest(crossed.map((count) => count === least)));
  }
  return found.sort((a, b) => a - b);
}

/** The middle of the longest run of true. */
function middleOfLongest(values: readonly boolean[]): number {
  let best = { at: 0, length: 0 };
  let length = 0;
  for (const [i, value] of values.entries()) {
    length = value ? length + 1 : 0;
    if (length > best.length) best = { at: i - (length >> 1), length };
  }
  return best.at;
}

function spansOf(pieces: readonly Piece[]): Span[] {
  return pieces.map(({ box }) => ({ from: box.left, to: box.right })).sort((a, b) => a.from - b.from);
}

/** Where a row has text, whichever of its lines this is in. */
function textsOf(pieces: readonly Piece[], wordGap: number): Span[] {
  const texts = pieces.flatMap(({ ink }) => withoutGaps(ink, wordGap));
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
