import { medianOf } from '../median.ts';
import type { Box, Page } from '../page.ts';
import type { Span } from './covered.ts';

/** Which pixels of a page are ink, 1 for each of it, row by row. */
export interface Inked extends Pick<Page, 'width' | 'height'> {
  readonly ink: Uint8Array;
}

/** The core of a line of text, and where the edges of columns are at its height: x, from the left. */
export interface Crossed {
  readonly core: Box;
  readonly edges: readonly number[];
}

/** Letters reach so far above and below a core, as a share of its height, those that fewer of do left out. */
const LETTERS = 0.2;
/** So far a rule goes on, where they end. */
const BEYOND = 0.4;
/** A rule has ink in this share of those rows. */
const RULE = 0.95;
/** So close to an edge its rule is, pixels. */
const SAME_PLACE = 4;
/** What a rule stands in is a word when no more than this is empty between letters there, in heights of the core. */
const LETTER_GAP = 0.3;
/** A gap as wide as that parts two cells, not two words. */
const CELL_GAP = 0.84;
/** So far from a rule a word that goes through it may end. */
const MOST_OVER = 2.5;
/** A column of pixels is ink from so many on: a single one is noise. */
const LEAST_INK = 2;

/**
 * Moves the edges of cells where a word goes through the rule: around the word, towards the side that it ends at sooner, since
 * print is sometimes too wide for its cell, or off its form. Where it touches the text of the next cell, it is parted from
 * that where the same column's other words begin or end. Edges with paper beside their rule stay where they are.
 *
 * @param lines of one table; @param page with its rules
 * @returns the edges of each line
 */
export function bendAtRules(lines: readonly Crossed[], page: Inked): number[][] {
  const bent = lines.map(({ core, edges }) => edges.map((x) => bend(core, x, page)));
  return lines.map(({ core, edges }, i) =>
    edges.map((x, k) => {
      const own = bent[i]?.[k] ?? null;
      if (own === null) return x;
      if (own.end !== null) return own.end + own.side * Math.round((CELL_GAP / 2) * (core.bottom - core.top));
      const others = bent.flatMap((edgesOfLine, other) => {
        const end = edgesOfLine[k]?.end ?? null;
        return end === null ? [] : [end - (lines[other]?.edges[k] ?? 0)];
      });
      const usual = medianOf(others);
      return usual === undefined
        ? x
        : (nearestPaper(core, Math.round(x + usual), own.isPaper) ?? Math.round(x + usual));
    }),
  );
}

/** A word that goes through a rule. */
interface Bend {
  /** Where it ends on the side where it does sooner, x; null where it has no wide gap on either side. */
  readonly end: number | null;
  /** −1 when that is left of the rule, 1 right of it. */
  readonly side: -1 | 1;
  readonly isPaper: (x: number) => boolean;
}

/** Null where no word goes through a rule at an edge. */
function bend(core: Box, edge: number, page: Inked): Bend | null {
  const height = core.bottom - core.top;
  if (edge < core.left - height || edge > core.right + height) return null;
  const rule = ruleAt(core, edge, page);
  if (rule === null) return null;
  const [top, bottom] = grown(core, LETTERS, page);
  const isPaper = (x: number) => (x < rule.from || x >= rule.to) && columnInk(x, top, bottom, page) < LEAST_INK;
  let [from, to] = [rule.from, rule.to];
  while (from > 0 && rule.from - from <= LETTER_GAP * height && isPaper(from - 1)) from--;
  while (to < page.width && to - rule.to <= LETTER_GAP * height && isPaper(to)) to++;
  if (rule.from - from + to - rule.to > LETTER_GAP * height) return null;
  const endOf = (start: number, side: -1 | 1) => {
    let end = start;
    for (let x = start; Math.abs(x - start) <= MOST_OVER * height && x >= 0 && x < page.width; x += side) {
      if (!isPaper(x)) end = x + side;
      else if (Math.abs(x - end) >= CELL_GAP * height) return end;
    }
    return null;
  };
  const [before, after] = [endOf(from - 1, -1), endOf(to, 1)];
  const isAfter = before === null || (after !== null && after - to < from - before);
  return { end: isAfter ? after : before, side: isAfter ? 1 : -1, isPaper };
}

/** The column of pixels without ink that is nearest to x, within what is between two letters. */
function nearestPaper(core: Box, x: number, isPaper: (x: number) => boolean): number | null {
  const most = Math.round(LETTER_GAP * (core.bottom - core.top));
  const found = Array.from({ length: most + 1 }, (_, i) => [x - i, x + i])
    .flat()
    .find(isPaper);
  return found ?? null;
}

/** The columns of a rule at an edge; null without one. */
function ruleAt(core: Box, edge: number, page: Inked): Span | null {
  const [top, bottom] = grown(core, BEYOND, page);
  // One of a photo is not quite upright, so its ink may be beside; this widens it by a pixel on both sides.
  const isRule = (x: number) => columnInk(x, top, bottom, page, 1) >= RULE * (bottom - top);
  const columns = Array.from({ length: 2 * SAME_PLACE + 1 }, (_, i) => Math.round(edge) - SAME_PLACE + i).filter(
    isRule,
  );
  const [first, last] = [columns[0], columns.at(-1)];
  if (first === undefined || last === undefined) return null;
  return last - first < 2 ? { from: first, to: last + 1 } : { from: first + 1, to: last };
}

/** Upper and lower side of a core that is made higher by a share of its height on both. */
function grown({ top, bottom }: Box, share: number, page: Inked): [number, number] {
  const more = Math.round(share * (bottom - top));
  return [Math.max(0, top - more), Math.min(page.height, bottom + more)];
}

/** In how many rows a column of pixels has ink, or one within `reach` of it has. */
function columnInk(x: number, top: number, bottom: number, { ink, width }: Inked, reach = 0): number {
  let rows = 0;
  for (let y = top; y < bottom; y++) {
    const row = y * width;
    if (ink.subarray(row + Math.max(0, x - reach), row + Math.min(width, x + reach + 1)).includes(1)) rows++;
  }
  return rows;
}
