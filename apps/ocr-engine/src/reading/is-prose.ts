import { medianOf } from './median.ts';
import { around, type Box } from './page.ts';

/** Running text has at least this many lines, whose median is at least so many times as wide as high. */
const LEAST_LINES = 3;
const PROSE_RATIO = 9;

/** Whether lines, one below the other, are running text: several wide ones, most of which fill their column. */
export function isProse(lines: readonly Box[]): boolean {
  if (lines.length < LEAST_LINES) return false;
  const extent = around(lines);
  const full = lines.filter((box) => box.right - box.left >= 0.6 * (extent.right - extent.left));
  const ratios = lines.map((box) => (box.right - box.left) / (box.bottom - box.top));
  return full.length >= lines.length * 0.6 && (medianOf(ratios) ?? 0) >= PROSE_RATIO;
}
