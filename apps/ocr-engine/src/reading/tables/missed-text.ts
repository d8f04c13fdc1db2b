import { inkMap } from '../lines/ink-map.ts';
import { around, type Box, type Page } from '../page.ts';
import { textRegions } from '../text-regions.ts';

/** Lower marks are dust or what is left of a rule, pixels. */
const LEAST_HEIGHT = 7;
/** So close to a cell's side nothing is looked at, pixels. */
const INSET = 4;

/**
 * Where ink is in cells in which the detection model saw no text: it overlooks single digits and letters that stand alone.
 *
 * @param page without its rules
 * @returns the core of what is in each cell; null where that is nothing
 */
export function missedText(page: Page, cells: readonly Box[]): (Box | null)[] {
  if (cells.length === 0) return [];
  const ink = inkMap(page);
  return cells.map((cell) => {
    const [left, top] = [cell.left + INSET, cell.top + INSET];
    const width = Math.min(page.width, cell.right) - INSET - left;
    const height = Math.min(page.height, cell.bottom) - INSET - top;
    if (width < LEAST_HEIGHT || height < LEAST_HEIGHT) return null;
    const map = new Float32Array(width * height);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) map[y * width + x] = ink[(top + y) * page.width + left + x] ?? 0;
    const marks = textRegions(map, width, height).filter((box) => box.bottom - box.top >= LEAST_HEIGHT);
    if (marks.length === 0) return null;
    const box = around(marks);
    return { left: left + box.left, top: top + box.top, right: left + box.right, bottom: top + box.bottom };
  });
}
