import type { Strokes } from '../lines/strokes.ts';
import type { Box, Page } from '../page.ts';

/** A page cut into squares: coarse enough to be looked at quickly, and letters and rules are finer than they are. */
export interface Squares {
  /** Pixels. */
  readonly side: number;
  readonly columns: number;
  readonly rows: number;
  /** The lightest shade in each, row by row: letters and rules vanish in it, dark areas stay. */
  readonly lightest: Uint8Array;
  /** Pixels of ink in each. */
  readonly ink: Uint32Array;
}

/** A page is so many squares wide or high, were it a square itself: one is 1.3 mm of a sheet of A4, half an em of usual print. */
const ACROSS = 180;
/** Smaller ones would be noise, pixels. */
const LEAST_SIDE = 3;

/** @param ink of the page, 1 for each pixel of it */
export function squaresOf({ gray, width, height }: Page, ink: Uint8Array): Squares {
  const side = Math.max(LEAST_SIDE, Math.round(Math.sqrt(width * height) / ACROSS));
  const [columns, rows] = [Math.ceil(width / side), Math.ceil(height / side)];
  const lightest = new Uint8Array(columns * rows);
  const inked = new Uint32Array(columns * rows);
  for (let y = 0, at = 0; y < height; y++) {
    const row = Math.floor(y / side) * columns;
    for (let column = 0, x = 0; column < columns; column++) {
      let [most, count] = [lightest[row + column] ?? 0, 0];
      for (const end = Math.min(width, (column + 1) * side); x < end; x++, at++) {
        const shade = gray[at] ?? 0;
        if (shade > most) most = shade;
        count += ink[at] ?? 0;
      }
      lightest[row + column] = most;
      inked[row + column] = (inked[row + column] ?? 0) + count;
    }
  }
  return { side, columns, rows, lightest, ink: inked };
}

/** 1 for each square that one of the boxes covers, also in part. */
export function covered({ side, columns, rows }: Squares, boxes: readonly Box[]): Uint8Array {
  const map = new Uint8Array(columns * rows);
  for (const box of boxes) {
    const from = Math.max(0, Math.floor(box.left / side));
    const to = Math.min(columns, Math.ceil(box.right / side));
    for (let row = Math.max(0, Math.floor(box.top / side)); row < Math.min(rows, Math.ceil(box.bottom / side)); row++)
      if (to > from) map.fill(1, row * columns + from, row * columns + to);
  }
  return map;
}

/** The ink of each square without that of the strokes that are so many squares long: rules, frames, lines to write on. */
export function inkWithoutRules({ side, columns, ink }: Squares, strokes: Strokes, leastLength: number): Int32Array {
  const rest = Int32Array.from(ink);
  const erase = (x: number, y: number) => {
    const at = Math.floor(y / side) * columns + Math.floor(x / side);
    rest[at] = (rest[at] ?? 0) - 1;
  };
  const isLong = ({ from, to }: { from: number; to: number }) => to - from >= leastLength * side;
  for (const { runs } of strokes.level.filter(isLong))
    for (const { across, from, to } of runs) for (let along = from; along < to; along++) erase(along, across);
  for (const { runs } of strokes.upright.filter(isLong))
    for (const { across, from, to } of runs) for (let along = from; along < to; along++) erase(across, along);
  return rest;
}
