import { acrossAtMiddle, lengthOf, type Stroke } from '../../lines/strokes.ts';
import { middleOf } from '../../page.ts';
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
    const next = run[last + 1];
    const end = next !== undefined && isFlush(next, run.slice(0, last + 1)) ? last + 2 : last + 1;
    if (last > 0) regions.push({ lines: run.slice(0, end), rules: [] });
    run = [];
    singles = 0;
  };
  for (const [i, line] of lines.entries()) {
    const before = run.at(-1);
    if (before !== undefined && line.top - before.bottom > MOST_GAP * lineHeight) close();
    singles = line.pieces.length > 1 ? 0 : singles + 1;
    if (singles > MOST_SINGLE) close();
    const above = lines[i - 1];
    const begins = run.length === 0 && line.pieces.length > 1;
    if (begins && above !== undefined && line.top < above.bottom) run.push(above); // a heading over some of the columns
    if (line.pieces.length > 1 || run.length > 0) run.push(line);
  }
  close();
  return regions;
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
