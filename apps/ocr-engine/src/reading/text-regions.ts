import type { Box } from './page.ts';
import { extentOf, regionsOf } from './regions.ts';

/** A pixel is text from here on; what PaddleOCR's DB post-processing uses. */
const PIXEL_IS_TEXT = 0.3;
/** A region is text when its pixels' mean is at least this. */
const REGION_IS_TEXT = 0.5;
/** Smaller regions are specks, map pixels. */
const LEAST_SIDE = 3;
/** A speck in which one pixel is as certain as this may be of a letter that stands alone. */
const SPECK_IS_HINT = 0.8;

/** What a detection model's probability map shows, as boxes in map pixels, from the top. */
export interface TextRegions {
  /** The regions that are certain enough. */
  readonly text: readonly Box[];
  /** Those that are too small to be text, but certain: of a single digit the model often marks no more. */
  readonly hints: readonly Box[];
}

/**
 * The connected regions (8 neighbours) of a detection model's probability map. The model marks the core of each line only, so
 * these boxes are lower and shorter than the text.
 *
 * @param map `width * height` probabilities, row by row
 */
export function textRegions(map: Float32Array, width: number, height: number): TextRegions {
  const text: Box[] = [];
  const hints: Box[] = [];
  for (const region of regionsOf(width, height, (at) => (map[at] ?? 0) > PIXEL_IS_TEXT)) {
    const box = extentOf(region, width);
    let [sum, peak] = [0, 0];
    for (const at of region) {
      const certainty = map[at] ?? 0;
      sum += certainty;
      peak = Math.max(peak, certainty);
    }
    if (!isLarge(box)) {
      if (peak >= SPECK_IS_HINT) hints.push(box);
    } else if (sum / region.length >= REGION_IS_TEXT) text.push(box);
  }
  return { text, hints };
}

function isLarge({ left, top, right, bottom }: Box): boolean {
  return right - left >= LEAST_SIDE && bottom - top >= LEAST_SIDE;
}
