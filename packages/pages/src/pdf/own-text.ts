import type { Pdfium } from './pdfium-interface.ts';

/** NULs, and halves of pairs. */
const UNSTORABLE = /[\0\p{Cs}]/gu;
/** Parts pages from each other wherever their texts are one; within a page it is a space. */
const FORM_FEED = /\f/g;
/** PDFium's sign for a hyphen at which a word was broken. */
const BROKEN_WORD = /\ufffe/g;

/** Of a page: ten times as much as the densest has. All pages of a document may draw the same endless text. */
const MOST_CHARACTERS = 64 * 1024;

/** The text of a page that is loaded, at most its first 64 Ki characters, its lines ended by line feeds; null when there is nothing but white space. */
export function ownText(pdfium: Pdfium, page: number): string | null {
  const text = pdfium._FPDFText_LoadPage(page);
  if (text === 0) return null;
  try {
    return cleansed(unitsOf(pdfium, text));
  } finally {
    pdfium._FPDFText_ClosePage(text);
  }
}

/** Fit to be stored and read; null when nothing is left. */
export function cleansed(text: string): string | null {
  const clean = text
    .replace(BROKEN_WORD, '-')
    .replace(UNSTORABLE, '')
    .replace(FORM_FEED, ' ')
    .replaceAll('\r\n', '\n')
    .trim();
  return clean === '' ? null : clean;
}

function unitsOf(pdfium: Pdfium, text: number): string {
  const count = Math.min(pdfium._FPDFText_CountChars(text), MOST_CHARACTERS);
  if (count <= 0) return '';
  const room = count * 2 + 1; // a character may be two units, and the end is one
  const into = pdfium._malloc(room * 2);
  if (into === 0) throw new Error('there is no memory for the text');
  try {
    const units = pdfium._FPDFText_GetText(text, 0, count, into);
    const { buffer } = pdfium.HEAPU8;
    return Buffer.from(buffer, into, Math.max(0, units - 1) * 2).toString('utf16le');
  } finally {
    pdfium._free(into);
  }
}
