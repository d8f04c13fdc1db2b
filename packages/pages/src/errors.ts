/** What can be wrong with a document or a page of it. The messages are for the person who sent the file; trying again helps none. */

/** What all of these are. */
export abstract class DocumentFailure extends Error {}

/** The document cannot be opened without a password, or whatever else its author has locked it with. */
export class DocumentEncrypted extends DocumentFailure {
  override readonly name = 'DocumentEncrypted';

  constructor() {
    super('The document needs a password to be opened; save it without one, and send it again.');
  }
}

/** The document cannot be opened, has no pages, or takes too much to be opened. */
export class DocumentCorrupt extends DocumentFailure {
  override readonly name = 'DocumentCorrupt';
}

/** The picture of this page would have too many pixels. Found out before any of them is made; other pages may be fine. */
export class PageTooLarge extends DocumentFailure {
  override readonly name = 'PageTooLarge';
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly maxPixels: number;

  constructor(width: number, height: number, maxPixels: number) {
    super(`The page has ${width} × ${height} pixels; at most ${maxPixels} are allowed.`);
    this.width = width;
    this.height = height;
    this.maxPixels = maxPixels;
  }
}

/** This page cannot be read, or takes too much to be read; other pages may be fine. */
export class PageUnreadable extends DocumentFailure {
  override readonly name = 'PageUnreadable';
}
