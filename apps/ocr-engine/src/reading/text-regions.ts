import type { Box } from './page.ts';

/** A pixel is text from here on; what PaddleOCR's DB post-processing uses. */
const PIXEL_IS_TEXT = 0.3;
/** A region is text when its pixels' mean is at least this. */
const REGION_IS_TEXT = 0.5;
/** Smaller regions are specks, map pixels. */
const LEAST_SIDE = 3;
/** A speck in which one pixel is as certain as this may be of a letter that stands alone. */
const SPECK_IS_HINT = 0.8;

/**
 * The boxes of a detection model's probability map: its connected regions (8 neighbours) that are certain enough. The
 * model marks the core of each line only, so these boxes are lower and shorter than the text.
 *
 * @param map `width * height` probabilities, row by row
 * @returns boxes in map pixels, from the top
 */
export function textRegions(map: Float32Array, width: number, height: number): Box[] {
  return regionsOf(map, width, height)
    .filter(({ box, mean }) => isLarge(box) && mean >= REGION_IS_TEXT)
    .map(({ box }) => box);
}

/** The boxes of regions that are too small to be text, but certain: of a single digit the model often marks no more. */
export function textHints(map: Float32Array, width: number, height: number): Box[] {
  return regionsOf(map, width, height)
    .filter(({ box, peak }) => !isLarge(box) && peak >= SPECK_IS_HINT)
    .map(({ box }) => box);
}

interface Region {
  readonly box: Box;
  /** Of the probabilities of its pixels. */
  readonly mean: number;
  readonly peak: number;
}

function regionsOf(map: Float32Array, width: number, height: number): Region[] {
  const seen = new Uint8Array(map.length);
  const regions: Region[] = [];
  const isText = (at: number) => (map[at] ?? 0) > PIXEL_IS_TEXT;
  for (let start = 0; start < map.length; start++) {
    if (seen[start] === 1 || !isText(start)) continue;
    let left = width;
    let right = 0;
    let bottom = 0;
    let sum = 0;
    let count = 0;
    let peak = 0;
    const stack = [start];
    seen[start] = 1;
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      const x = at % width;
      const y = (at - x) / width;
      left = Math.min(left, x);
      right = Math.max(right, x + 1);
      bottom = Math.max(bottom, y + 1);
      sum += map[at] ?? 0;
      peak = Math.max(peak, map[at] ?? 0);
      count += 1;
      for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++) {
        for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) {
          const next = ny * width + nx;
          if (seen[next] === 1 || !isText(next)) continue;
          seen[next] = 1;
          stack.push(next);
        }
      }
    }
    const top = Math.floor(start / width);
    regions.push({ box: { left, top, right, bottom }, mean: sum / count, peak });
  }
  return regions;
}

function isLarge({ left, top, right, bottom }: Box): boolean {
  return right - left >= LEAST_SIDE && bottom - top >= LEAST_SIDE;
}
