import type { DocumentType, Pages } from './pages.ts';
import { openPdf } from './pdf/open-pdf.ts';
import { openTiff } from './tiff/open-tiff.ts';

/**
 * Opens a document, whose bytes must not change while it is open. No page is decoded yet.
 * @throws DocumentEncrypted, DocumentCorrupt
 */
export function openPages(bytes: Uint8Array, contentType: DocumentType): Promise<Pages> {
  return contentType === 'application/pdf' ? openPdf(bytes) : openTiff(bytes);
}
