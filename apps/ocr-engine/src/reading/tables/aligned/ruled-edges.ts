import { lengthOf, type Stroke, type Strokes } from '../../lines/strokes.ts';
import type { Box } from '../../page.ts';
import type { Ruled } from '../borders.ts';
import { coverMost, type Span } from '../covered.ts';
import type { Piece } from './pieces.ts';

/** Shorter level strokes are dashes or the feet of letters, in heights of a line; shorter upright ones are letters. */
const LEAST_LEVEL = 2;
const LEAST_UPRIGHT = 1.5;
/** A stroke further outside than so many heights of a line is not the table's. */
const OUTSIDE = 1.5;

/**
 * Which edges of a table that its text's alignment shows are ruled. Its edges are in the middle between texts, and a stroke is
 * anywhere between them: it is of the nearest edge, unless text stands between the two.
 *
 * @param rows where rows begin and the last one ends, y; @param columns likewise, x
 * @param strokes of no ruled table
 */
export function ruledEdges(
  rows: readonly number[],
  columns: readonly number[],
  pieces: readonly Piece[],
  strokes: Strokes,
  lineHeight: number,
): Ruled {
  const boxes = pieces.map(({ box }) => box);
  const cores = pieces.map(({ box, core }) => ({ ...box, top: core.top, bottom: core.bottom }));
  const lying = (box: Box): Extent => ({ from: box.left, to: box.right, first: box.top, last: box.bottom });
  const standing = (box: Box): Extent => ({ from: box.top, to: box.bottom, first: box.left, last: box.right });
  const isLong = (least: number) => (stroke: Stroke) => lengthOf(stroke) >= least * lineHeight;
  const level = strokesByEdge(
    strokes.level.filter(isLong(LEAST_LEVEL)).filter((stroke) => !cores.some((core) => crosses(stroke, lying(core)))),
    { at: rows, from: columns[0] ?? 0, to: columns.at(-1) ?? 0 },
    boxes.map(lying),
    OUTSIDE * lineHeight,
  );
  const upright = strokesByEdge(
    strokes.upright.filter(isLong(LEAST_UPRIGHT)),
    { at: columns, from: rows[0] ?? 0, to: rows.at(-1) ?? 0 },
    boxes.map(standing),
    OUTSIDE * lineHeight,
  );
  return {
    level: (row, from, to) => coverMost(level[row] ?? [], columns[from] ?? 0, columns[to] ?? 0),
    upright: (column, from, to) => coverMost(upright[column] ?? [], rows[from] ?? 0, rows[to] ?? 0),
  };
}

/** A box as a stroke sees it: `from` and `to` in the stroke's direction, `first` and `last` across. */
interface Extent extends Span {
  readonly first: number;
  readonly last: number;
}

/** Parallel edges, and from where to where they run. */
interface Edges extends Span {
  readonly at: readonly number[];
}

/** For each edge the strokes that are its own. */
function strokesByEdge(
  strokes: readonly Stroke[],
  { at, from, to }: Edges,
  texts: readonly Extent[],
  outside: number,
): Span[][] {
  const found: Span[][] = at.map(() => []);
  const [first, last] = [at[0] ?? 0, at.at(-1) ?? 0];
  for (const stroke of strokes) {
    if (stroke.to <= from || stroke.from >= to) continue;
    const across = stroke.at((Math.max(from, stroke.from) + Math.min(to, stroke.to)) / 2);
    if (across < first - outside || across > last + outside) continue;
    const distances = at.map((edge) => Math.abs(edge - across));
    const nearest = distances.indexOf(Math.min(...distances));
    const edge = at[nearest] ?? 0;
    const isParted = texts.some((text) => {
      const middle = (text.first + text.last) / 2;
      return overlaps(stroke, text) && middle > Math.min(edge, across) && middle < Math.max(edge, across);
    });
    if (!isParted) found[nearest]?.push(stroke);
  }
  return found;
}

function crosses(stroke: Stroke, { first, last, ...span }: Extent): boolean {
  if (!overlaps(stroke, span)) return false;
  const across = stroke.at((Math.max(stroke.from, span.from) + Math.min(stroke.to, span.to)) / 2);
  return across > first && across < last;
}

function overlaps(a: Span, b: Span): boolean {
  return a.from < b.to && b.from < a.to;
}
