import type { Box, Page } from '../page.ts';
import type { Skew } from './skew.ts';

/** A page whose lines run level, and the way back. */
export interface TurnedPage {
  readonly page: Page;
  /** The smallest box around a box of the turned page, in pixels of the page as it was submitted. */
  readonly boxBack: (box: Box) => Box;
}

/**
 * Turns a page about its middle so that its lines run level, and closes their fan. It grows so that nothing is cut off; what
 * was outside gets the shade of the nearest edge. Everything after this counts in pixels of the turned page; only the boxes
 * of the result are mapped back, since whoever lays them over the picture has the picture that was sent.
 */
export function turnPage(page: Page, skew: Skew): TurnedPage {
  const { gray } = page;
  const length = Math.hypot(1, skew.slope);
  const [cos, sin] = [1 / length, skew.slope / length];
  const spread = Math.abs(skew.fan) * (page.width / 2) * (page.height / 2);
  const width = Math.ceil(page.width * cos + page.height * Math.abs(sin));
  const height = Math.ceil(page.height * cos + page.width * Math.abs(sin) + 2 * spread);
  const source = (x: number, y: number) => {
    const [u, row] = [x - width / 2, y - height / 2];
    const v = row * (1 + skew.fan * u);
    return { x: u * cos - v * sin + page.width / 2, y: u * sin + v * cos + page.height / 2 };
  };
  const turned = Buffer.alloc(width * height);
  const [lastX, lastY] = [page.width - 1, page.height - 1];
  for (let y = 0; y < height; y++) {
    const row = y - height / 2;
    for (let x = 0; x < width; x++) {
      const u = x - width / 2;
      const v = row * (1 + skew.fan * u);
      const sx = Math.min(lastX, Math.max(0, u * cos - v * sin + page.width / 2));
      const sy = Math.min(lastY, Math.max(0, u * sin + v * cos + page.height / 2));
      const left = sx | 0;
      const top = sy | 0;
      const at = top * page.width + left;
      const right = left < lastX ? at + 1 : at;
      const below = top < lastY ? page.width : 0;
      const p = sx - left;
      const q = sy - top;
      const upper = (gray[at] ?? 0) * (1 - p) + (gray[right] ?? 0) * p;
      const lower = (gray[at + below] ?? 0) * (1 - p) + (gray[right + below] ?? 0) * p;
      turned[y * width + x] = upper * (1 - q) + lower * q + 0.5;
    }
  }
  return { page: { gray: turned, width, height }, boxBack: (box) => boxBack(box, source, page) };
}

function boxBack(box: Box, source: (x: number, y: number) => { x: number; y: number }, page: Page): Box {
  const corners = [
    source(box.left, box.top),
    source(box.right, box.top),
    source(box.left, box.bottom),
    source(box.right, box.bottom),
  ];
  const xs = corners.map(({ x }) => x);
  const ys = corners.map(({ y }) => y);
  const within = (value: number, most: number) => Math.min(most, Math.max(0, Math.round(value)));
  return {
    left: within(Math.min(...xs), page.width),
    top: within(Math.min(...ys), page.height),
    right: within(Math.max(...xs), page.width),
    bottom: within(Math.max(...ys), page.height),
  };
}
