import { PDFiumLibrary, PDFiumModule } from '@hyzyla/pdfium';
import type { Box } from '@ocrelay/document';

/** What Chrome's reader of PDF is asked for, besides what its package has types for. */
interface Reader {
  readonly HEAPU8: Uint8Array;
  readonly HEAPU16: Uint16Array;
  readonly HEAPF64: Float64Array;
  _malloc(size: number): number;
  _FPDF_InitLibraryWithConfig(config: number): void;
  _FPDF_LoadMemDocument(at: number, size: number, password: number): number;
  _FPDF_GetPageCount(document: number): number;
  _FPDF_LoadPage(document: number, index: number): number;
  _FPDF_GetPageWidth(page: number): number;
  _FPDF_GetPageHeight(page: number): number;
  _FPDFText_LoadPage(page: number): number;
  _FPDFText_CountChars(text: number): number;
  _FPDFText_GetText(text: number, start: number, count: number, into: number): number;
  _FPDFText_GetBoundedText(
    text: number,
    left: number,
    top: number,
    right: number,
    bottom: number,
    into: number,
    size: number,
  ): number;
}

export interface ReadPdfPage {
  readonly widthPt: number;
  readonly heightPt: number;
  readonly text: string;
  /** The text within a box in points, seen from the top left. */
  textIn(box: Box): string;
}

let reader: Promise<Reader> | undefined;

/** The pages of a file as PDFium reads them. */
export async function readPdf(bytes: Uint8Array): Promise<ReadPdfPage[]> {
  reader ??= load();
  const pdfium = await reader;
  const at = pdfium._malloc(bytes.length);
  pdfium.HEAPU8.set(bytes, at);
  const document = pdfium._FPDF_LoadMemDocument(at, bytes.length, 0);
  if (document === 0) throw new Error('PDFium cannot read this');
  return Array.from({ length: pdfium._FPDF_GetPageCount(document) }, (_, index) => readPage(pdfium, document, index));
}

/** A picture of the first page as it is seen: bytes of RGBA. */
export async function renderFirstPage(bytes: Uint8Array) {
  const library = await PDFiumLibrary.init();
  const document = await library.loadDocument(bytes);
  return document.getPage(0).render({ scale: 1, render: 'bitmap' });
}

async function load(): Promise<Reader> {
  const pdfium = (await (PDFiumModule as unknown as () => Promise<unknown>)()) as Reader;
  pdfium._FPDF_InitLibraryWithConfig(0);
  return pdfium;
}

function readPage(pdfium: Reader, document: number, index: number): ReadPdfPage {
  const page = pdfium._FPDF_LoadPage(document, index);
  const text = pdfium._FPDFText_LoadPage(page);
  const heightPt = pdfium._FPDF_GetPageHeight(page);
  const size = pdfium._FPDFText_CountChars(text) * 2 + 16; // a character may be two units
  const into = pdfium._malloc(size * 2);
  const unitsAt = (units: number) =>
    String.fromCharCode(...pdfium.HEAPU16.subarray(into / 2, into / 2 + units)).replaceAll('\0', '');
  const all = unitsAt(Math.max(pdfium._FPDFText_GetText(text, 0, size, into) - 1, 0));
  return {
    widthPt: pdfium._FPDF_GetPageWidth(page),
    heightPt,
    text: all,
    textIn([x1, y1, x2, y2]) {
      return unitsAt(pdfium._FPDFText_GetBoundedText(text, x1, heightPt - y1, x2, heightPt - y2, into, size));
    },
  };
}
