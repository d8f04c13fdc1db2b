import { acrossAtMiddle, type Stroke } from '../../lines/strokes.ts';
import { middleOf } from '../../page.ts';
import type { Piece } from './pieces.ts';
import type { TextLine } from './text-lines.ts';

/** Where rows part; with a rule where there is one. */
export interface RowEdge {
  readonly y: number;
  readonly rule: Stroke | null;
  /** What stands in the middle of it: cells that reach over the edge. */
  readonly across: readonly Piece[];
}

/** From one line of a cell to the next it is less than this share of what it usually is from row to row. */
const WITHIN_CELL = 0.78;
/** Where rules part the rows anyway: than so many heights of a line. */
const WITHIN_CELL_RULED = 1.6;
/** The usual distance is the one that this share of the distances is below, those within a row left out. */
const USUAL = 0.7;
/** Two lines with another between them are two rows when they are as far apart as this share of what is usual. */
const ROWS_APART = 0.9;
/** A line is full from this share of the pieces of the fullest one on. */
const FULL = 0.6;
/** Around the header and below all: a table with no more rules has them there. */
const RULES_OF_HEADER = 3;
/** Rules no further apart than this are one, pixels. */
const SAME_RULE = 4;

/**
 * Parts the lines of a table into rows: at rules, and where lines stand further apart. Lines of one cell stand closer than
 * rows do, and a cell of one line stands in the middle beside one of two; but where two lines are as far apart as rows, what
 * stands between them in other columns is a cell that reaches over both.
 *
 * @param rules level ones across the table, from the top
 */
export function rowEdges(lines: readonly TextLine[], rules: readonly Stroke[], lineHeight: number): RowEdge[] {
  const [first, last] = [lines[0], lines.at(-1)];
  if (first === undefined || last === undefined) return [];
  const edges: RowEdge[] = [];
  for (const rule of rules) {
    const y = acrossAtMiddle(rule);
    if (y - (edges.at(-1)?.y ?? Number.NEGATIVE_INFINITY) > SAME_RULE) edges.push({ y, rule, across: [] });
  }
  const ruled = edges.map(({ y }) => y);
  const pitches = lines.slice(1).map((line, i) => middleOf(line) - middleOf(lines[i] ?? line));
  const isParted = pitches.map((_, i) => isBetweenLines(ruled, lines[i] ?? first, lines[i + 1] ?? last));
  const areRowsRuled = ruleEachRow(lines, ruled);
  const apart = areRowsRuled
    ? lowestRow(lines, ruled)
    : usual(
        pitches.filter((_, i) => !isParted[i]),
        lineHeight,
      );
  const limit = areRowsRuled ? WITHIN_CELL_RULED * lineHeight : WITHIN_CELL * apart;
  for (const [i, pitch] of pitches.entries()) {
    const [above, below] = [lines[i] ?? first, lines[i + 1] ?? last];
    if (pitch > limit && !isParted[i]) edges.push({ y: (above.bottom + below.top) / 2, rule: null, across: [] });
    const next = lines[i + 2];
    if (next === undefined || middleOf(next) - middleOf(above) < ROWS_APART * apart) continue;
    if (edges.some(({ y }) => y >= middleOf(above) && y <= middleOf(next))) continue;
    const isBetween = pitch <= limit && (pitches[i + 1] ?? 0) <= limit && !share(below, above) && !share(below, next);
    if (isBetween) edges.push({ y: (above.bottom + next.top) / 2, rule: null, across: below.pieces });
  }
  edges.sort((a, b) => a.y - b.y);
  if ((edges[0]?.y ?? Number.POSITIVE_INFINITY) > middleOf(first))
    edges.unshift({ y: first.top, rule: null, across: [] });
  if ((edges.at(-1)?.y ?? 0) < middleOf(last)) edges.push({ y: last.bottom, rule: null, across: [] });
  return edges;
}

/** Whether one of the heights is between the middles of two lines. */
function isBetweenLines(heights: readonly number[], above: TextLine, below: TextLine): boolean {
  return heights.some((y) => y >= middleOf(above) && y <= middleOf(below));
}

/**
 * Whether rules part all rows, and not only the header from the rest: then no stretch between two rules holds several lines
 * that are rows by themselves, since of a row of several lines but one or two are full.
 */
function ruleEachRow(lines: readonly TextLine[], ruled: readonly number[]): boolean {
  if (ruled.length === 0) return false;
  const most = Math.max(...lines.map(({ pieces }) => pieces.length));
  const full = lines.filter(({ pieces }) => pieces.length >= FULL * most);
  const inBands = ruled.map((y, i) => {
    const next = ruled[i + 1] ?? Number.POSITIVE_INFINITY;
    return full.filter((line) => middleOf(line) > y && middleOf(line) < next).length;
  });
  return Math.max(...inBands) < (ruled.length <= RULES_OF_HEADER ? 2 : 3);
}

/** The least distance between two rules that have text between them: what two rows are apart where rules part all of them. */
function lowestRow(lines: readonly TextLine[], ruled: readonly number[]): number {
  const heights = ruled.slice(1).map((y, i) => {
    const above = ruled[i] ?? y;
    return lines.some((line) => middleOf(line) > above && middleOf(line) < y) ? y - above : Number.POSITIVE_INFINITY;
  });
  return Math.min(...heights);
}

/** Whether two lines have text one above the other. */
function share(a: TextLine, b: TextLine): boolean {
  return a.pieces.some((one) =>
    b.pieces.some((other) => one.box.left < other.box.right && other.box.left < one.box.right),
  );
}

function usual(pitches: readonly number[], lineHeight: number): number {
  const sorted = pitches.filter((pitch) => pitch >= lineHeight).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length * USUAL)] ?? 0;
}
