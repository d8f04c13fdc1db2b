import type { Box } from '../page.ts';
import { extentOf, type Region, regionsOf } from '../regions.ts';
import type { Squares } from './squares.ts';

/** From one square to the next, paper changes by fewer shades than this; a shadow's edge is softer, a picture's sharper. */
const SMOOTH = 16;
/** A region is paper when text covers this share of it: a bar behind a heading, the side of a page that lies in the dark. */
const LEAST_TEXT = 0.1;
/** The text in a region's box is the region's own, though it parts it, where both fill so much of the box. */
const SOLID = 0.6;
/** A region that is darker by less than so many shades than the paper around it is paper that something encloses. */
const DARKER = 24;
/** How far around a region the paper is looked at, squares. */
const AROUND = 6;
/** An area of shades no further apart than this that fills so much of its box is a bar or a shaded field, not a picture. */
const ONE_SHADE = 32;
const FILLED = 0.9;
/** Smaller areas are parts of something, squares. */
const LEAST_FIELD = 24;
/** So far on both sides of the edge of a field there is ink that is no line, squares. */
const EDGE = 2;

/** Maps of the squares of a page, 1 for each that is meant. */
export interface Shading {
  /** Darker than the paper, sharply so. */
  readonly dark: Uint8Array;
  /** At the edge of paper of another shade: of a bar, of a field, of a hard shadow. */
  readonly edges: Uint8Array;
}

/**
 * Tells areas that are darker than the paper. Paper is the largest region in which neighbours differ little, whatever shadow
 * falls on it, and every other one on which text stands. An empty field of one shade is paper as well.
 *
 * @param text 1 for each square that text covers
 */
export function shadingOf(squares: Squares, text: Uint8Array): Shading {
  const { columns, rows, lightest } = squares;
  const shade = (at: number) => lightest[at] ?? 0;
  const regions = regionsOf(
    columns,
    rows,
    () => true,
    (one, other) => Math.abs(shade(one) - shade(other)) < SMOOTH,
  ).sort((a, b) => b.length - a.length);
  const [isPaper, dark, edges] = [lightest, lightest, lightest].map((map) => new Uint8Array(map.length)) as Maps;
  const others: { region: Region; box: Box }[] = [];
  for (const [i, region] of regions.entries()) {
    const box = extentOf(region, columns);
    const isOfPage = i === 0 || isPage(region, box, text, columns);
    if (isOfPage) for (const at of region) isPaper[at] = 1;
    else if (!isField(region, box, shade)) others.push({ region, box });
    if (i > 0 && region.length >= LEAST_FIELD && others.at(-1)?.region !== region)
      markEdge(region, edges, columns, rows);
  }
  for (const { region, box } of others) {
    const paper = meanAround(box, squares, isPaper);
    const own = region.reduce((sum, at) => sum + shade(at), 0) / region.length;
    if (paper === null || own <= paper - DARKER) for (const at of region) dark[at] = 1;
  }
  return { dark, edges };
}

type Maps = [Uint8Array, Uint8Array, Uint8Array];

/** Marks what is near the boundary of a region, on both sides of it. */
function markEdge(region: Region, edges: Uint8Array, columns: number, rows: number): void {
  const own = new Set(region);
  for (const at of region) {
    const [x, y] = [at % columns, Math.floor(at / columns)];
    const isAtEdge = [at - 1, at + 1, at - columns, at + columns].some((other) => !own.has(other));
    if (!isAtEdge) continue;
    const [from, to] = [Math.max(0, x - EDGE), Math.min(columns, x + EDGE + 1)];
    for (let row = Math.max(0, y - EDGE); row <= Math.min(rows - 1, y + EDGE); row++)
      edges.fill(1, row * columns + from, row * columns + to);
  }
}

/** Whether text stands on a region. */
function isPage(region: Region, box: Box, text: Uint8Array, columns: number): boolean {
  const onIt = region.reduce((sum, at) => sum + (text[at] ?? 0), 0);
  if (onIt >= LEAST_TEXT * region.length) return true;
  let inBox = 0;
  for (let y = box.top; y < box.bottom; y++)
    for (let x = box.left; x < box.right; x++) inBox += text[y * columns + x] ?? 0;
  const both = region.length + inBox - onIt;
  return both >= SOLID * areaOf(box) && inBox >= LEAST_TEXT * both;
}

function areaOf({ left, top, right, bottom }: Box): number {
  return (right - left) * (bottom - top);
}

/** Whether a region is a rectangle of one shade. */
function isField(region: Region, box: Box, shade: (at: number) => number): boolean {
  if (region.length < Math.max(LEAST_FIELD, FILLED * areaOf(box))) return false;
  const shades = region.map(shade).sort((a, b) => a - b);
  const at = (share: number) => shades[Math.floor(share * (shades.length - 1))] ?? 0;
  return at(0.95) - at(0.05) <= ONE_SHADE;
}

/** The mean shade of the paper in and around a box; null where there is none. */
function meanAround(box: Box, { columns, rows, lightest }: Squares, isPaper: Uint8Array): number | null {
  let [sum, count] = [0, 0];
  for (let y = Math.max(0, box.top - AROUND); y < Math.min(rows, box.bottom + AROUND); y++) {
    for (let x = Math.max(0, box.left - AROUND); x < Math.min(columns, box.right + AROUND); x++) {
      const at = y * columns + x;
      if (isPaper[at] === 0) continue;
      sum += lightest[at] ?? 0;
      count += 1;
    }
  }
  return count === 0 ? null : sum / count;
}
