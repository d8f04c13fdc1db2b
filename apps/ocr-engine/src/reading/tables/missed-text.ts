import { inkMap } from '../lines/ink-map.ts';
import { around, type Page } from '../page.ts';
import { textRegions } from '../text-regions.ts';
import type { GridCell } from './grid.ts';
import type { PlacedCore } from './split-at-edges.ts';

/** Lower marks are dust or what is left of a rule, pixels. */
const LEAST_HEIGHT = 7;
/** So close to a cell's side nothing is looked at, pixels. */
const INSET = 4;
/** Of a page of dirt not every speck is read. */
const MOST = 500;

/**
 * Where ink is in cells in which the detection model saw no text: it overlooks single digits and letters that stand alone.
 *
 * @param page without its rules
 * @returns the core of what is in each cell where there is something
 */
export function missedText(page: Page, cells: readonly GridCell[]): PlacedCore[] {
  if (cells.length === 0) return [];
  const ink = inkMap(page);
  const found: PlacedCore[] = [];
  for (const cell of cells) {
    const [left, top] = [cell.box.left + INSET, cell.box.top + INSET];
    const width = Math.min(page.width, cell.box.right) - INSET - left;
    const height = Math.min(page.height, cell.box.bottom) - INSET - top;
    if (width < LEAST_HEIGHT || height < LEAST_HEIGHT) continue;
    const map = new Float32Array(width * height);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) map[y * width + x] = ink[(top + y) * page.width + left + x] ?? 0;
    const marks = textRegions(map, width, height).filter((box) => box.bottom - box.top >= LEAST_HEIGHT);
    if (marks.length === 0) continue;
    const box = around(marks);
    const core = { left: left + box.left, top: top + box.top, right: left + box.right, bottom: top + box.bottom };
    found.push({ core, cell, room: cell.box });
    if (found.length === MOST) break;
  }
  return found;
}
