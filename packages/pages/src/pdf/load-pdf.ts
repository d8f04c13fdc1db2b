import { DocumentCorrupt, DocumentEncrypted } from '../errors.ts';
import { type StartedPdfium, startPdfium } from './pdfium.ts';
import type { Pdfium } from './pdfium-interface.ts';

/** A document within a PDFium of its own. */
export interface LoadedPdf extends StartedPdfium {
  readonly document: number;
  /** What draws form fields; 0 when there is none. */
  readonly form: number;
  readonly count: number;
}

/** FPDF_ERR_PASSWORD, and FPDF_ERR_SECURITY for a lock that is not opened with passwords. */
const LOCKED = new Set([4, 5]);
const DAMAGED = 'The document is damaged, or it is not a PDF.';
/** sizeof(FPDF_FORMFILLINFO) is some 140; without any callbacks, all of it is zeros but its version. */
const FORM_INFO_BYTES = 256;
const FORM_INFO_VERSION = 2;

/**
 * Loads a PDF; one that only an owner's password protects needs none to be read.
 * @throws DocumentEncrypted, DocumentCorrupt
 */
export async function loadPdf(bytes: Uint8Array): Promise<LoadedPdf> {
  const started = await startPdfium();
  try {
    return load(started, bytes);
  } catch (error) {
    if (error instanceof DocumentEncrypted || error instanceof DocumentCorrupt) throw error;
    throw new DocumentCorrupt(DAMAGED, { cause: error }); // it broke PDFium
  }
}

function load(started: StartedPdfium, bytes: Uint8Array): LoadedPdf {
  const { pdfium } = started;
  const at = pdfium._malloc(Math.max(1, bytes.length));
  if (at === 0) throw new DocumentCorrupt('The document is too large to be opened.');
  pdfium.HEAPU8.set(bytes, at);
  const document = pdfium._FPDF_LoadMemDocument(at, bytes.length, 0);
  if (document === 0) {
    if (LOCKED.has(pdfium._FPDF_GetLastError())) throw new DocumentEncrypted();
    throw new DocumentCorrupt(DAMAGED);
  }
  const count = pdfium._FPDF_GetPageCount(document);
  if (count < 1) throw new DocumentCorrupt('The document has no pages.');
  return { ...started, document, form: startForm(pdfium, document), count };
}

function startForm(pdfium: Pdfium, document: number): number {
  const info = pdfium._malloc(FORM_INFO_BYTES);
  if (info === 0) return 0;
  pdfium.HEAPU8.fill(0, info, info + FORM_INFO_BYTES);
  pdfium.HEAPU8[info] = FORM_INFO_VERSION;
  return pdfium._FPDFDOC_InitFormFillEnvironment(document, info);
}
