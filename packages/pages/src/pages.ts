/** The types of files that have pages. */
export type DocumentType = 'application/pdf' | 'image/tiff';

/** How a page becomes a picture. */
export interface RenderOptions {
  /** Pixels an inch. A page of a TIFF has its own pixels, and takes no heed of it. */
  readonly dpi: number;
  /** A larger page is refused before any of its pixels is made. */
  readonly maxPixels: number;
}

/** A page as a picture: upright, on white. Pixels. */
export interface RenderedPage {
  readonly png: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** A document that is open. Pages are counted from 1; one thing at a time is asked of it. */
export interface Pages {
  readonly count: number;
  /** How large the picture of a page is, pixels. @throws PageUnreadable */
  size(page: number, dpi: number): Promise<{ readonly width: number; readonly height: number }>;
  /** @throws PageTooLarge, PageUnreadable */
  render(page: number, options: RenderOptions): Promise<RenderedPage>;
  /**
   * The text that the file itself has for a page, in the order of the file; null where it has none, as scans and TIFFs do.
   * Without NULs and halves of characters, which nobody can store. @throws PageUnreadable
   */
  text(page: number): Promise<string | null>;
  /** Gives the memory back. Nothing may be asked afterwards. */
  close(): void;
}
