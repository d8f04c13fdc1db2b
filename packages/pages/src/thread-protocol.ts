import { type Failure, fromFailure } from './failures.ts';
import type { DocumentType, RenderedPage, RenderOptions } from './pages.ts';

/** What a document is, once it was opened: how many pages, and the first one's size in pixels. */
export interface Inspected {
  readonly count: number;
  readonly width: number;
  readonly height: number;
}

/** A page's picture, and the text that the file itself has for it. */
export interface ReadPage extends RenderedPage {
  readonly text: string | null;
}

/** What a thread is asked. `open` keeps a document in it, under a key, until the next one comes. */
export type PageOrder =
  | { readonly kind: 'inspect'; readonly bytes: Uint8Array; readonly contentType: DocumentType; readonly dpi: number }
  | { readonly kind: 'texts'; readonly bytes: Uint8Array; readonly contentType: DocumentType }
  | { readonly kind: 'open'; readonly key: string; readonly bytes: Uint8Array; readonly contentType: DocumentType }
  | { readonly kind: 'read'; readonly key: string; readonly page: number; readonly options: RenderOptions };

/** What it answers. `not_open`: it has no document, or another one, and must be given the bytes first. */
export type PageAnswer =
  | ({ readonly kind: 'inspected' } & Inspected)
  | { readonly kind: 'texts'; readonly texts: ReadonlyArray<string | null> }
  | { readonly kind: 'opened' }
  | { readonly kind: 'not_open' }
  | ({ readonly kind: 'page' } & ReadPage)
  | { readonly kind: 'failed'; readonly failure: Failure };

/** A page of a document, by the document's bytes. Counted from 1. */
export interface OnePage {
  readonly bytes: Uint8Array;
  readonly contentType: DocumentType;
  readonly page: number;
  readonly options: RenderOptions;
}

/** The page that was answered. @throws DocumentEncrypted, DocumentCorrupt, PageTooLarge, PageUnreadable when that was the answer */
export function toReadPage(answer: PageAnswer): ReadPage {
  if (answer.kind === 'failed') throw fromFailure(answer.failure);
  if (answer.kind !== 'page') throw new TypeError(`a page was answered ${answer.kind}`);
  const { kind: _, ...page } = answer;
  return page;
}
