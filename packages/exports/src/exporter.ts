import type { Document } from '@ocrelay/document';
import type * as z from 'zod';

/** An image as it may stand in a file: upright, its first pixel at the top left. */
export interface PageImage {
  readonly kind: 'jpeg' | 'png';
  readonly bytes: Uint8Array;
  /** Of the picture, where it is known. */
  readonly dpi?: Dpi | undefined;
}

/** Dots per inch, across and down: those of a fax are not alike. */
export interface Dpi {
  readonly x: number;
  readonly y: number;
}

/** One document to be taken away. */
export interface ExportSource {
  /** What its user calls it: a title, and in a file of several documents what tells them apart. */
  readonly name: string;
  readonly document: Document;
  /** The picture of a page, by the page's number; null where there is none. Only formats that show it ask, a page at a time. */
  readonly pageImage?: ((page: number) => Promise<PageImage | null>) | undefined;
}

/** A file in the making. Its bytes are the same whenever they are made of the same documents and options. */
export interface ExportFile {
  /** As a `Content-Type`, with the charset where it is text. */
  readonly mediaType: string;
  /** Of the file's name, without the dot. */
  readonly extension: string;
  /** Makes the file while it is read; throws what the picture of a page throws. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** What makes one format of documents. */
export interface Exporter<Options = unknown> {
  /** What a file of this format usually is, to choose the format by; the file itself may be another (a zip of several). */
  readonly mediaType: string;
  readonly extension: string;
  /** Whether one file may hold several documents. */
  readonly holdsMany: boolean;
  /** Strict, and made for a query: takes strings also where it means numbers and booleans. */
  readonly options: z.ZodType<Options>;
  /** Decides at once what file it will be, or throws an `ExportError`; the file is made as its body is read. */
  write(sources: readonly ExportSource[], options: Options): ExportFile;
}
