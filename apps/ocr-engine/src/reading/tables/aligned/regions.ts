import { acrossAtMiddle, lengthOf, type Stroke } from '../../lines/strokes.ts';
import { around, middleOf } from '../../page.ts';
import type { TextLine } from './text-lines.ts';

/** Lines that may be a table, from the top, and the rules across them. */
export interface Region {
  readonly lines: readonly TextLine[];
  readonly rules: readonly Stroke[];
}

/** Rules of one table begin or end within so many pixels of each other. */
const SAME_END = 12;
/** Shorter strokes are no rules: in heights of a line, and as a share of the table's longest. */
const LEAST_RULE = 5;
const LEAST_SHARE = 0.25;
/** Lines further apart than this, in heights of a line, are not of one table. */
const MOST_GAP = 1.6;
/** A line that stands further off than so many times what others do, and fills more than this share of their width, is no row. */
const FAR = 1.15;
const WIDE = 0.4;
/** So many lines of one piece may stand between lines of several: the rests of long cells. */
const MOST_SINGLE = 3;

/** Stacks of level rules that begin and end together, and the lines between the first and the last of each. */
export function ruledRegions(lines: readonly TextLine[], strokes: readonly Stroke[], lineHeight: number): Region[] {
  const regions: Region[] = [];
  const long = strokes
    .filter((stroke) => lengthOf(stroke) >= LEAST_RULE * lineHeight)
    .sort((a, b) => lengthOf(b) - lengthOf(a));
  const used = new Set<Stroke>();
  for (const base of long) {
    if (used.has(base)) continue;
    const rules = long
      .filter((rule) => !used.has(rule) && isOfStack(rule, base))
      .sort((a, b) => acrossAtMiddle(a) - acrossAtMiddle(b));
    const [first, last] = [rules[0], rules.at(-1)];
    for (const rule of rules) used.add(rule);
    if (first === undefined || last === undefined || acrossAtMiddle(last) - acrossAtMiddle(first) < 2 * lineHeight)
      continue;
    const inside = lines.filter((line) => isBetween(line, first, last, base));
    if (inside.length >= 2) regions.push({ lines: inside, rules });
  }
  return regions;
}

/** Runs of lines of which most are of several pieces, with wide gaps between those. */
export function looseRegions(lines: readonly TextLine[], lineHeight: number): Region[] {
  const regions: Region[] = [];
  let run: TextLine[] = [];
  let singles = 0;
  const close = () => {
    const last = run.findLastIndex((line) => line.pieces.length > 1);
    if (last > 0) {
      const kept = withoutProse(run.slice(0, endOfRow(run, endOfCells(run, last))));
      const first = kept[0];
      const above = first === undefined ? undefined : lines[lines.indexOf(first) - 1];
      if (above !== undefined && isGroupLabel(above, kept)) kept.unshift(above);
      regions.push({ lines: kept, rules: [] });
    }
    run = [];
    singles = 0;
  };
  for (const line of lines) {
    const before = run.at(-1);
    if (before !== undefined && line.top - before.bottom > MOST_GAP * lineHeight) close();
    singles = line.pieces.length > 1 ? 0 : before !== undefined && isBeside(line, before) ? 1 : singles + 1;
    if (singles > MOST_SINGLE) close();
    if (line.pieces.length > 1 || run.length > 0) run.push(line);
  }
  close();
  return regions;
}

/** Whether two lines of one piece are of different columns: a cell beside two others stands between these. */
function isBeside(line: TextLine, before: TextLine): boolean {
  const [one, other] = [line.pieces[0]?.box, before.pieces[0]?.box];
  if (one === undefined || other === undefined || before.pieces.length > 1) return false;
  return one.left >= other.right || other.left >= one.right;
}

/** Where a run ends, beyond its last line of several pieces: lines of one go on with it while each stands in a column, as a row would. */
function endOfCells(run: readonly TextLine[], last: number): number {
  let end = last + 1;
  for (let line = run[end]; line !== undefined; line = run[end]) {
    const above = run.slice(0, end);
    const isFirst = end === last + 1 && isFlush(line, above);
    if (!isFirst && !(isNextRow(line, above) && isInColumn(line, above))) break;
    end++;
  }
  return end;
}

/** Whether a line is no further below the others than these are from each other. */
function isNextRow(line: TextLine, above: readonly TextLine[]): boolean {
  const before = above.at(-1);
  return before !== undefined && middleOf(line) - middleOf(before) <= FAR * usualPitch(above);
}

/** Whether a line of one piece begins or ends with a column, and is of no other one. */
function isInColumn(line: TextLine, above: readonly TextLine[]): boolean {
  const box = line.pieces[0]?.box;
  if (box === undefined) return false;
  const overlapping = above.map(({ pieces }) =>
    pieces.filter((piece) => piece.box.left < box.right && piece.box.right > box.left),
  );
  const isSame = (a: number, b: number) => Math.abs(a - b) <= SAME_END / 3;
  return (
    overlapping.every((pieces) => pieces.length <= 1) &&
    overlapping.flat().some((piece) => isSame(piece.box.left, box.left) || isSame(piece.box.right, box.right))
  );
}

/** From where lines end further on: behind those that are beside the last one, lines of one row at several heights. */
function endOfRow(lines: readonly TextLine[], from: number): number {
  let end = from;
  while ((lines[end]?.top ?? Number.POSITIVE_INFINITY) < (lines[end - 1]?.bottom ?? 0)) end++;
  return end;
}

/** Lines without those at their end and at their beginning that are running text with a wide gap, as beside a Chinese comma. */
function withoutProse(lines: readonly TextLine[]): TextLine[] {
  const widths = lines.map(({ pieces }) => Math.max(...pieces.map(({ core }) => core.right - core.left)));
  const isProse = (i: number, neighbour: number) => {
    const [line, other] = [lines[i], lines[neighbour]];
    if (line === undefined || other === undefined) return false;
    const rest = lines.filter((one) => one !== line);
    const { left, right } = around(rest.flatMap(({ pieces }) => pieces.map(({ box }) => box)));
    const isFar = Math.abs(middleOf(line) - middleOf(other)) > FAR * usualPitch(rest);
    const isWidest = widths.every((width, k) => k === i || width < (widths[i] ?? 0));
    return isFar && isWidest && (widths[i] ?? 0) > WIDE * (right - left);
  };
  const from = isProse(0, 1) ? 1 : 0;
  const to = isProse(lines.length - 1, lines.length - 2) ? lines.length - 1 : lines.length;
  return lines.slice(from, to);
}

/**
 * Whether the line above a table's first one is the label of a group of columns: close to it, and right of the first column,
 * which a heading or a caption is not.
 */
function isGroupLabel(above: TextLine, table: readonly TextLine[]): boolean {
  const label = above.pieces[0]?.box;
  const first = table[0];
  if (label === undefined || first === undefined || above.pieces.length > 1) return false;
  const { left, right } = around(table.flatMap(({ pieces }) => pieces.map(({ box }) => box)));
  const corners = table
    .flatMap(({ pieces }) => pieces.slice(0, 1))
    .filter(({ box }) => box.left - left < box.bottom - box.top);
  const isRightOfFirst = label.left > Math.min(...corners.map(({ box }) => box.right));
  const isNear = middleOf(first) - middleOf(above) <= usualPitch(table);
  return isNear && isRightOfFirst && label.right < right;
}

/** From line to line, pixels; 0 for a single one. */
function usualPitch(lines: readonly TextLine[]): number {
  const pitches = lines.slice(1).map((line, i) => middleOf(line) - middleOf(lines[i] ?? line));
  return pitches.length === 0 ? 0 : Math.max(...pitches.slice(1, -1), Math.min(...pitches));
}

function isOfStack(rule: Stroke, base: Stroke): boolean {
  const isInside = rule.from >= base.from - SAME_END && rule.to <= base.to + SAME_END;
  const isFlush = Math.abs(rule.from - base.from) <= SAME_END || Math.abs(rule.to - base.to) <= SAME_END;
  return isInside && isFlush && lengthOf(rule) >= LEAST_SHARE * lengthOf(base);
}

function isBetween(line: TextLine, first: Stroke, last: Stroke, base: Stroke): boolean {
  const y = middleOf(line);
  const isInside = line.pieces.every(({ box }) => box.right > base.from - SAME_END && box.left < base.to + SAME_END);
  return isInside && y > acrossAtMiddle(first) && y < acrossAtMiddle(last);
}

/** Whether a line of one piece goes on with a column: a last row of which only one cell is filled. */
function isFlush(line: TextLine, above: readonly TextLine[]): boolean {
  const box = line.pieces[0]?.box;
  const column = above
    .flatMap(({ pieces }) => pieces)
    .filter((piece) => box !== undefined && piece.box.left < box.right && piece.box.right > box.left);
  const widest = Math.max(0, ...column.map((piece) => piece.box.right - piece.box.left));
  return (
    box !== undefined &&
    box.right - box.left <= widest &&
    column.some((piece) => Math.abs(piece.box.left - box.left) <= SAME_END / 3)
  );
}
