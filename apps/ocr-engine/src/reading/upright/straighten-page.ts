import { inkMap } from '../lines/ink-map.ts';
import type { Box, Page } from '../page.ts';
import { measureSkew } from './skew.ts';
import { turnPage } from './turn-page.ts';

/** A page with level lines. */
export interface LevelPage {
  readonly page: Page;
  /** Its ink, 1 for each pixel of it. */
  readonly ink: Uint8Array;
  /** From boxes of this page to those of the page as it was submitted; null where it is the same page. */
  readonly boxBack: ((box: Box) => Box) | null;
}

/** Turns a page that lies askew; one that is straight stays as it is. */
export function straightenPage(page: Page): LevelPage {
  const ink = inkMap(page);
  const skew = measureSkew(ink, page.width, page.height);
  if (skew === null) return { page, ink, boxBack: null };
  const turned = turnPage(page, skew);
  return { ...turned, ink: inkMap(turned.page) };
}
