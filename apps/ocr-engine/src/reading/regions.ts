import type { Box } from './page.ts';

/** Places of a map that hang together, counted row by row. */
export type Region = readonly number[];

/**
 * Parts a map into regions: neighbours, also across a corner, that belong together.
 *
 * @param isPart whether a place is of any region; @param belong whether two that are neighbours are of one
 * @returns in the order of their first places
 */
export function regionsOf(
  columns: number,
  rows: number,
  isPart: (at: number) => boolean,
  belong: (one: number, other: number) => boolean = () => true,
): Region[] {
  const seen = new Uint8Array(columns * rows);
  const regions: Region[] = [];
  for (let start = 0; start < seen.length; start++) {
    if (seen[start] === 1 || !isPart(start)) continue;
    const region = [start];
    seen[start] = 1;
    for (let i = 0; i < region.length; i++) {
      const at = region[i] ?? 0;
      const x = at % columns;
      for (let beside = Math.max(0, x - 1); beside <= Math.min(columns - 1, x + 1); beside++) {
        for (let other = at - x - columns + beside; other <= at - x + columns + beside; other += columns) {
          if (other < 0 || other >= seen.length || seen[other] === 1 || !isPart(other) || !belong(at, other)) continue;
          seen[other] = 1;
          region.push(other);
        }
      }
    }
    regions.push(region);
  }
  return regions;
}

/** The smallest box around a region, in places of the map. */
export function extentOf(region: Region, columns: number): Box {
  let [left, top, right, bottom] = [Infinity, Infinity, 0, 0];
  for (const at of region) {
    const x = at % columns;
    const y = Math.floor(at / columns);
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x + 1);
    bottom = Math.max(bottom, y + 1);
  }
  return { left, top, right, bottom };
}
