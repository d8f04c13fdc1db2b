import type { Page } from '@ocrelay/document';
import { type Pixels, pagePixels } from '../document/page-pixels.ts';
import type { Dpi } from '../exporter.ts';

/** What a scan is taken to have where its picture does not tell: it makes a page of 1654 × 2339 pixels an A4 one. */
const DEFAULT_DPI: Dpi = { x: 200, y: 200 };
const POINTS_PER_INCH = 72;
/** The longest side that readers of PDF are held to show. */
const MAX_SIDE_PT = 14_400;

/** A page in both its units: pixels, in which the document counts, and points, in which PDF does. */
export interface PageSize {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly widthPt: number;
  readonly heightPt: number;
  /** Of one pixel: it may be higher than wide. */
  readonly pixelWidthPt: number;
  readonly pixelHeightPt: number;
}

/** How large a page is: by the document, else by its picture. @param dpi of the picture, where it is known */
export function pageSize(page: Page, image: Pixels | null, dpi: Dpi = DEFAULT_DPI): PageSize {
  const px = pagePixels(page, image);
  const [wide, high] = [(px.width * POINTS_PER_INCH) / dpi.x, (px.height * POINTS_PER_INCH) / dpi.y];
  const scale = Math.min(1, MAX_SIDE_PT / Math.max(wide, high));
  const [widthPt, heightPt] = [wide * scale, high * scale];
  return {
    widthPx: px.width,
    heightPx: px.height,
    widthPt,
    heightPt,
    pixelWidthPt: widthPt / px.width,
    pixelHeightPt: heightPt / px.height,
  };
}
