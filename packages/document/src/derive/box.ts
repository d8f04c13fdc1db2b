import type { Box } from '../model/box.ts';
import type { Report } from './warnings.ts';

/** Pixels of the upright page; 0 where unknown. */
export interface PageSize {
  readonly width: number;
  readonly height: number;
}

export function fourNumbers(value: unknown): Box | null {
  if (!Array.isArray(value) || value.length !== 4 || !value.every(Number.isFinite)) return null;
  const [x1, y1, x2, y2] = value as Box;
  return [x1 + 0, y1 + 0, x2 + 0, y2 + 0]; // no -0: JSON has none
}

/**
 * A service's box, the right way round and within the page; `[0, 0, 0, 0]` where it is no box. A page of unknown size has
 * no right and no lower edge. Reports what it had to change.
 */
export function placeBox(value: unknown, size: PageSize, report: Report): Box {
  const box = fourNumbers(value);
  if (box === null) {
    report('box_malformed', 'The box is not four numbers: where this stands is unknown.');
    return [0, 0, 0, 0];
  }
  const [x1, y1, x2, y2] = box;
  if (x1 > x2 || y1 > y2) report('box_reversed', 'The corners of the box were reversed.');
  const [left, right] = within(x1, x2, size.width);
  const [top, bottom] = within(y1, y2, size.height);
  if (
    left !== Math.min(x1, x2) ||
    right !== Math.max(x1, x2) ||
    top !== Math.min(y1, y2) ||
    bottom !== Math.max(y1, y2)
  )
    report('box_outside_page', 'The box reached beyond the page and was clipped to it.');
  return [left, top, right, bottom];
}

/** A box of which nothing is known or left. */
export function isNowhere([x1, y1, x2, y2]: Box): boolean {
  return x1 >= x2 || y1 >= y2;
}

function within(a: number, b: number, length: number): [number, number] {
  const end = length > 0 ? length : Number.POSITIVE_INFINITY;
  const clip = (at: number) => Math.min(Math.max(at, 0), end);
  return [clip(Math.min(a, b)), clip(Math.max(a, b))];
}
