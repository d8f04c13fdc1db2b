import type { Page } from '../page.ts';

/** Half the side of the square that a pixel is compared with, pixels: wider than a stroke, narrower than a shadow's edge. */
const REACH = 20;
/** A pixel is ink when it is darker than the mean around it by so many shades of gray. */
const DARKER = 20;

/**
 * Which pixels of a page are ink (1) and which are paper (0), row by row: a local threshold (the mean of the neighbourhood,
 * less a constant), so that shadows are paper. Of a large dark area only the edge is ink.
 */
export function inkMap({ gray, width, height }: Page): Uint8Array {
  const ink = new Uint8Array(width * height);
  const sums = new Uint32Array(width); // of each column, over the rows of the neighbourhood
  let rows = 0;
  const addRow = (y: number, sign: 1 | -1) => {
    if (y < 0 || y >= height) return;
    rows += sign;
    for (let x = 0, at = y * width; x < width; x++, at++) sums[x] = (sums[x] ?? 0) + sign * (gray[at] ?? 0);
  };
  for (let y = 0; y < REACH; y++) addRow(y, 1);
  for (let y = 0; y < height; y++) {
    addRow(y + REACH, 1);
    addRow(y - REACH - 1, -1);
    let sum = 0;
    let columns = 0;
    for (let x = 0; x < Math.min(REACH, width); x++, columns++) sum += sums[x] ?? 0;
    for (let x = 0; x < width; x++) {
      if (x + REACH < width) {
        sum += sums[x + REACH] ?? 0;
        columns++;
      }
      if (x - REACH - 1 >= 0) {
        sum -= sums[x - REACH - 1] ?? 0;
        columns--;
      }
      if (((gray[y * width + x] ?? 0) + DARKER) * columns * rows < sum) ink[y * width + x] = 1;
    }
  }
  return ink;
}

/** The map mirrored at its diagonal: rows become columns. */
export function transposed(map: Uint8Array, width: number, height: number): Uint8Array {
  const out = new Uint8Array(map.length);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) out[x * height + y] = map[y * width + x] ?? 0;
  return out;
}
