import { around, type Box } from './page.ts';
import { textRegions } from './text-regions.ts';

/** Lower marks are dust or what is left of a rule, pixels. */
export const DUST = 7;

/**
 * The box around all marks in a window of a page that are more than dust; null for none. Pixels of the page.
 * @param ink 1 for each pixel of it, of a page of this width; @param window within the page
 */
export function marksIn(ink: Uint8Array, pageWidth: number, { left, top, right, bottom }: Box): Box | null {
  const map = new Float32Array((right - left) * (bottom - top));
  for (let y = top, at = 0; y < bottom; y++)
    for (let x = left; x < right; x++, at++) map[at] = ink[y * pageWidth + x] ?? 0;
  const marks = textRegions(map, right - left, bottom - top).text.filter((box) => box.bottom - box.top >= DUST);
  if (marks.length === 0) return null;
  const box = around(marks);
  return { left: left + box.left, top: top + box.top, right: left + box.right, bottom: top + box.bottom };
}
