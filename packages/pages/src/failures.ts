/** What is wrong with a document, as data: classes do not survive the way out of a thread. */
import { DocumentCorrupt, DocumentEncrypted, PageTooLarge, PageUnreadable } from './errors.ts';

export type Failure =
  | { readonly kind: 'encrypted' }
  | { readonly kind: 'corrupt'; readonly message: string }
  | { readonly kind: 'too_large'; readonly width: number; readonly height: number; readonly maxPixels: number }
  | { readonly kind: 'unreadable'; readonly message: string };

/** Null for an error that says nothing of the document. */
export function toFailure(error: unknown): Failure | null {
  if (error instanceof DocumentEncrypted) return { kind: 'encrypted' };
  if (error instanceof DocumentCorrupt) return { kind: 'corrupt', message: error.message };
  if (error instanceof PageUnreadable) return { kind: 'unreadable', message: error.message };
  if (!(error instanceof PageTooLarge)) return null;
  const { width, height, maxPixels } = error;
  return { kind: 'too_large', width, height, maxPixels };
}

/** The error that a failure was. */
export function fromFailure(failure: Failure): Error {
  switch (failure.kind) {
    case 'encrypted':
      return new DocumentEncrypted();
    case 'corrupt':
      return new DocumentCorrupt(failure.message);
    case 'too_large':
      return new PageTooLarge(failure.width, failure.height, failure.maxPixels);
    case 'unreadable':
      return new PageUnreadable(failure.message);
  }
}
