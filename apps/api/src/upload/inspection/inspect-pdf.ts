import { DocumentCorrupt, DocumentEncrypted, type PageReader } from '@ocrelay/pages';
import { StorageError } from '@ocrelay/storage';
import { UploadError } from '../upload-error.ts';
import { documentInspection, type Inspection } from './inspect-image.ts';

/** How documents are inspected. */
export interface PdfInspection {
  readonly pageReader: Pick<PageReader, 'inspect'>;
  readonly maxPages: number;
  /** How finely pages of PDFs become pictures, pixels an inch. */
  readonly renderDpi: number;
}

/** An inspection that failed, and not for the document: nothing is known of it. */
export class InspectionError extends Error {
  override name = 'InspectionError';
}

/**
 * Opens a PDF, in a thread: how many pages it has, and how large the first one will be. Throws UploadError `document_corrupt`,
 * `document_encrypted` or `too_many_pages`, InspectionError, the errors of the store, and the signal's reason.
 * @param load called when it is this document's turn: those who wait are not in memory
 */
export async function inspectPdf(
  load: () => Promise<Uint8Array>,
  { pageReader, maxPages, renderDpi }: PdfInspection,
  signal: AbortSignal,
): Promise<Inspection> {
  const source = { contentType: 'application/pdf', load } as const;
  const { count, width, height } = await pageReader.inspect(source, renderDpi, signal).catch((error: unknown) => {
    throw signal.aborted ? signal.reason : toUploadError(error);
  });
  return documentInspection(width, height, count, maxPages);
}

function toUploadError(error: unknown): unknown {
  if (error instanceof DocumentEncrypted) return new UploadError('document_encrypted', error.message);
  if (error instanceof DocumentCorrupt) return new UploadError('document_corrupt', error.message);
  if (error instanceof StorageError) return error;
  return new InspectionError('the document could not be looked at', { cause: error });
}
