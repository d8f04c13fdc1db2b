import { inkMap } from '../lines/ink-map.ts';
import { DUST, marksIn } from '../marks-in.ts';
import type { Page } from '../page.ts';
import type { GridCell } from './grid.ts';
import type { PlacedCore } from './split-at-edges.ts';

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
    const window = {
      left: cell.box.left + INSET,
      top: cell.box.top + INSET,
      right: Math.min(page.width, cell.box.right) - INSET,
      bottom: Math.min(page.height, cell.box.bottom) - INSET,
    };
    if (window.right - window.left < DUST || window.bottom - window.top < DUST) continue;
    const core = marksIn(ink, page.width, window);
    if (core === null) continue;
    found.push({ core, cell, room: cell.box });
    if (found.length === MOST) break;
  }
  return found;
}
