import type { Page } from '@ocrelay/document';

/** How many pixels something has. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
}

/** An A4 page at 200 dpi, for one of which nothing is known. */
const UNKNOWN: Pixels = { width: 1654, height: 2339 };

/** How large a page is: by its document, else by its picture, else as most pages are. */
export function pagePixels({ width, height }: Page, picture: Pixels | null): Pixels {
  const known = [{ width, height }, picture].find((size) => size !== null && size.width > 0 && size.height > 0);
  return known ?? UNKNOWN;
}
