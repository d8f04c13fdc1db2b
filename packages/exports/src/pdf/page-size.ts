import type { Page } from '@ocrelay/document';
import { type Pixels, pagePixels } from '../document/page-pixels.ts';

/** What a scan is taken to have where its picture does not tell: it makes a page of 1654 × 2339 pixels an A4 one. */
const DEFAULT_DPI = 200;
const POINTS_PER_INCH = 72;
/** The longest side that readers of PDF are held to show. */
const MAX_SIDE_PT = 14_400;

/** A page in both its units: pixels, in which the document counts, and points, in which PDF does. */
export interface PageSize {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly widthPt: number;
  readonly heightPt: number;
  readonly ptPerPx: number;
}

/** How large a page is: by the document, else by its picture. @param dpi of the picture, where it is known */
export function pageSize(page: Page, image: Pixels | null, dpi: number = DEFAULT_DPI): PageSize {
  const px = pagePixels(page, image);
  const ptPerPx = Math.min(POINTS_PER_INCH / dpi, MAX_SIDE_PT / Math.max(px.width, px.height));
  return {
    widthPx: px.width,
    heightPx: px.height,
    widthPt: px.width * ptPerPx,
    heightPt: px.height * ptPerPx,
    ptPerPx,
  };
}
