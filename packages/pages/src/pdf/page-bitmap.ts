import { PageUnreadable } from '../errors.ts';
import type { LoadedPdf } from './load-pdf.ts';

/** FPDFBitmap_BGRx: the fourth byte is padding. */
const FORMAT = 3;
export const BYTES_A_PIXEL = 4;
const WHITE = 0xffffffff;
/** FPDF_ANNOT: stamps, marks and notes belong to what is seen. */
const ANNOTATIONS = 0x01;
/** FPDF_REVERSE_BYTE_ORDER: red first. */
const RED_FIRST = 0x10;
const TOO_MUCH = 'The page needs too much memory.';

/**
 * Draws a page that is loaded, with its annotations and form fields, on white.
 * @returns what `use` makes of its pixels (red, green, blue and a byte of padding, rows from the top); they last no longer
 * @throws PageUnreadable when there is no memory for it
 */
export async function withPageBitmap<T>(
  { pdfium, memory, form }: LoadedPdf,
  page: number,
  { width, height }: { readonly width: number; readonly height: number },
  use: (pixels: Uint8Array) => Promise<T>,
): Promise<T> {
  const stride = width * BYTES_A_PIXEL;
  const at = pdfium._malloc(stride * height);
  if (at === 0) throw new PageUnreadable(TOO_MUCH);
  const bitmap = pdfium._FPDFBitmap_CreateEx(width, height, FORMAT, at, stride);
  if (bitmap === 0) throw new PageUnreadable(`The page cannot be drawn with ${width} × ${height} pixels.`);
  pdfium._FPDFBitmap_FillRect(bitmap, 0, 0, width, height, WHITE);
  pdfium._FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, ANNOTATIONS | RED_FIRST);
  if (form !== 0) pdfium._FPDF_FFLDraw(form, bitmap, page, 0, 0, width, height, 0, RED_FIRST);
  if (memory.refused) throw new PageUnreadable(TOO_MUCH);
  // A view only now: drawing may have made the memory grow, which moves it.
  const made = await use(pdfium.HEAPU8.subarray(at, at + stride * height));
  pdfium._FPDFBitmap_Destroy(bitmap);
  pdfium._free(at);
  return made;
}
