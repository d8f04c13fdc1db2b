import type { MessagePort } from 'node:worker_threads';
import type { KeptReading } from '@ocrelay/document';
import type { ExportErrorCode, ExportFormat, PageImage } from '@ocrelay/exports';
import type { Cutting } from './picture.ts';

/** A document that an export is made of. */
export interface NamedDocument {
  readonly name: string;
  /** Packed. */
  readonly document: Uint8Array;
}

/** What the thread is asked for. Documents are packed. */
export type DocumentOrder =
  /** Readings → the document, packed. */
  | { readonly kind: 'derive'; readonly readings: readonly KeptReading[] }
  /** The document → what of it to check first, JSON in UTF-8. */
  | { readonly kind: 'least_certain'; readonly document: Uint8Array; readonly maxConfidence: number }
  /** The document → one page of it and how many there are, JSON in UTF-8. */
  | { readonly kind: 'page'; readonly document: Uint8Array; readonly page: number }
  /** A stored image → the picture of its page, upright, or a piece of it. */
  | { readonly kind: 'picture'; readonly image: Uint8Array; readonly cutting: Cutting | null }
  /** The file goes over the port, whose other end stays here. */
  | {
      readonly kind: 'export';
      readonly format: ExportFormat;
      readonly options: Readonly<Record<string, unknown>>;
      readonly documents: readonly NamedDocument[];
      readonly port: MessagePort;
    };

/** From the thread: first what file it is or why there is none, then its bytes, then the end. */
export type FromThread =
  | { readonly kind: 'file'; readonly mediaType: string; readonly extension: string }
  | { readonly kind: 'refused'; readonly code: ExportErrorCode; readonly message: string }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'picture_wanted'; readonly document: number; readonly page: number }
  | { readonly kind: 'end' };

/** What the thread answers, beside what goes over the port. */
export type ThreadAnswer = Uint8Array | PageImage | { readonly kind: 'unreadable'; readonly message: string } | null;

/** To the thread: how much of the file is kept elsewhere, and stored images as they are. */
export type ToThread =
  | { readonly kind: 'bytes_kept'; readonly count: number }
  | { readonly kind: 'picture'; readonly document: number; readonly page: number; readonly image: Uint8Array | null };
