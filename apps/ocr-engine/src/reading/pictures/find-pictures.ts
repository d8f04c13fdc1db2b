import type { Strokes } from '../lines/strokes.ts';
import { medianOf } from '../median.ts';
import { around, type Box, overlap, type Page } from '../page.ts';
import { extentOf, type Region, regionsOf } from '../regions.ts';
import { shadingOf } from './paper.ts';
import { covered, inkWithoutRules, type Squares, squaresOf } from './squares.ts';

/** What is known of a page before its pictures are looked for. */
export interface KnownParts {
  /** Lines that were read. */
  readonly lines: readonly Box[];
  /** Where text was seen, whether or not it could be read. */
  readonly cores: readonly Box[];
  readonly tables: readonly Box[];
  readonly strokes: Strokes;
}

/** A square with so much ink, as shares of it, has a line of a drawing in it; noise has less, the edge of an area more. */
const LEAST_INK = 0.08;
const MOST_INK = 0.9;
/** Straight strokes from so many squares on are rules: 3 cm of a sheet of A4. */
const LEAST_RULE = 24;
/** What touches the page's edge and is no broader than so many squares is a streak: of a scanner, or where a page was turned. */
const STREAK = 2;
/** Lines are at least so many squares long, and so many times as long as broad: to write on, or the side of a small frame. */
const LEAST_LINE = 8;
const LINE_RATIO = 6;
/** Parts of a picture may be twice so many squares apart. */
const REACH = 2;
/** Smaller ones are marks: in squares, across and as an area (7 mm, and 1 cm²; of A4). */
const LEAST_SIDE = 6;
const LEAST_AREA = 64;
/** In less than this share of a picture's box is something: a frame, scattered dirt. */
const LEAST_FILLED = 0.12;
/** A frame runs along its box, within so many squares, on this share of each side, and has this share of all that is there. */
const FRAME = 3;
const FRAME_SIDE = 0.8;
const FRAME_SHARE = 0.9;
/** Where text covers more of the box than this share, the rest is what it stands on. */
const MOST_TEXT = 0.4;
/** What was seen as text and could not be read is none when it is so many times as high as what is usual. */
const MOST_UNREAD = 2;
/** How far text reaches beyond the core that the detection model marks, as a share of the core's height. */
const TEXT_REACH = 0.6;

/**
 * The pictures of a page: photographs, drawings, logos, stamps; from the top. They are what is neither paper nor text, nor a
 * table, nor a rule: areas that are sharply darker than the paper, and the ink that is left. What touches the page's edge may be
 * the shadow of a scanner's lid or what lies around a sheet, and is left out.
 *
 * @param ink of the page, 1 for each pixel of it
 */
export function findPictures(page: Page, ink: Uint8Array, { lines, cores, tables, strokes }: KnownParts): Box[] {
  const squares = squaresOf(page, ink);
  const { side, columns, rows } = squares;
  const read = covered(squares, lines);
  const seen = covered(squares, [...lines, ...ofUsualHeight(cores).map(withReach)]);
  const inTable = covered(
    squares,
    tables.map((box) => grown(box, side)),
  );
  const { dark, edges } = shadingOf(squares, read);
  const rest = inkWithoutRules(squares, strokes, LEAST_RULE);
  const isFull = Uint8Array.from(dark, (one, at) => {
    if (inTable[at] === 1) return 0;
    const inked = (rest[at] ?? 0) / (side * side);
    const isInked = inked >= LEAST_INK && inked <= MOST_INK && seen[at] === 0 && edges[at] === 0;
    return (one === 1 && read[at] === 0) || isInked ? 1 : 0;
  });
  for (const part of regionsOf(columns, rows, (at) => isFull[at] === 1)) {
    const box = extentOf(part, columns);
    if (isLine(box) || isStreak(box, squares) || isFrame(part, box, columns)) for (const at of part) isFull[at] = 0;
  }
  const near = dilated(isFull, columns, rows);
  const found = regionsOf(columns, rows, (at) => near[at] === 1)
    .map((region) => region.filter((at) => isFull[at] === 1))
    .map((group) => ({ size: group.length, box: extentOf(group, columns) }))
    .filter(({ size, box }) => isInside(box, squares) && size >= LEAST_FILLED * Math.max(LEAST_AREA, area(box)))
    .map(({ box }) => box);
  return joined(found)
    .filter((box) => isLarge(box) && shareOf(box, read, columns) <= MOST_TEXT)
    .map((box) => inPixels(box, side, page))
    .sort((a, b) => a.top - b.top || a.left - b.left);
}

function ofUsualHeight(cores: readonly Box[]): Box[] {
  const usual = medianOf(cores.map(heightOf)) ?? 0;
  return cores.filter((core) => heightOf(core) <= MOST_UNREAD * usual);
}

function heightOf({ top, bottom }: Box): number {
  return bottom - top;
}

function withReach({ left, top, right, bottom }: Box): Box {
  return grown({ left, top, right, bottom }, TEXT_REACH * (bottom - top));
}

function grown({ left, top, right, bottom }: Box, by: number): Box {
  return { left: left - by, top: top - by, right: right + by, bottom: bottom + by };
}

/** 1 for each square that is no further than the reach from one that is full. */
function dilated(isFull: Uint8Array, columns: number, rows: number): Uint8Array {
  const near = new Uint8Array(isFull.length);
  for (const [at, full] of isFull.entries()) {
    if (full === 0) continue;
    const x = at % columns;
    const y = Math.floor(at / columns);
    const [from, to] = [Math.max(0, x - REACH), Math.min(columns, x + REACH + 1)];
    for (let row = Math.max(0, y - REACH); row <= Math.min(rows - 1, y + REACH); row++)
      near.fill(1, row * columns + from, row * columns + to);
  }
  return near;
}

/** Boxes that overlap become one, until none do. */
function joined(boxes: readonly Box[]): Box[] {
  const apart: Box[] = [];
  for (let box of boxes) {
    for (let at = apart.findIndex((other) => overlap(other, box)); at >= 0; ) {
      box = around([box, ...apart.splice(at, 1)]);
      at = apart.findIndex((other) => overlap(other, box));
    }
    apart.push(box);
  }
  return apart;
}

function isInside({ left, top, right, bottom }: Box, { columns, rows }: Squares): boolean {
  return left > 0 && top > 0 && right < columns && bottom < rows;
}

/** Whether a part is a straight line, or nearly so. */
function isLine({ left, top, right, bottom }: Box): boolean {
  const [short, long] = [right - left, bottom - top].sort((a, b) => a - b) as [number, number];
  return long >= LEAST_LINE && long >= LINE_RATIO * short;
}

function isStreak(box: Box, squares: Squares): boolean {
  return !isInside(box, squares) && Math.min(box.right - box.left, box.bottom - box.top) <= STREAK;
}

/** Whether a part runs along the sides of its box and leaves the middle empty: a frame, or the edge of a shaded field. */
function isFrame(part: Region, { left, top, right, bottom }: Box, columns: number): boolean {
  const sides = [new Set<number>(), new Set<number>(), new Set<number>(), new Set<number>()] as const;
  let along = 0;
  for (const at of part) {
    const [x, y] = [at % columns, Math.floor(at / columns)];
    const isAt = [y < top + FRAME, y >= bottom - FRAME, x < left + FRAME, x >= right - FRAME];
    if (isAt.includes(true)) along++;
    for (const [i, side] of sides.entries()) if (isAt[i] === true) side.add(i < 2 ? x : y);
  }
  const isHollow = Math.min(right - left, bottom - top) > 2 * FRAME;
  const isAlong = sides.every((side, i) => side.size >= FRAME_SIDE * (i < 2 ? right - left : bottom - top));
  return isHollow && isAlong && along >= FRAME_SHARE * part.length;
}

function isLarge(box: Box): boolean {
  return Math.min(box.right - box.left, box.bottom - box.top) >= LEAST_SIDE && area(box) >= LEAST_AREA;
}

function area({ left, top, right, bottom }: Box): number {
  return (right - left) * (bottom - top);
}

function shareOf({ left, top, right, bottom }: Box, map: Uint8Array, columns: number): number {
  let count = 0;
  for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) count += map[y * columns + x] ?? 0;
  return count / Math.max(1, (right - left) * (bottom - top));
}

function inPixels({ left, top, right, bottom }: Box, side: number, { width, height }: Page): Box {
  return {
    left: left * side,
    top: top * side,
    right: Math.min(width, right * side),
    bottom: Math.min(height, bottom * side),
  };
}
