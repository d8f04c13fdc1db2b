import sharp from 'sharp';
import { PageTooLarge, PageUnreadable } from '../errors.ts';
import type { Pages, RenderedPage, RenderOptions } from '../pages.ts';
import { requirePage } from '../require-page.ts';
import { type LoadedPdf, loadPdf } from './load-pdf.ts';
import { ownText } from './own-text.ts';
import { BYTES_A_PIXEL, withPageBitmap } from './page-bitmap.ts';
import { MEMORY_BYTES } from './pdfium.ts';

const POINTS_AN_INCH = 72;
/** Half of the memory is for whatever is drawn. */
const MOST_PIXELS = MEMORY_BYTES / 2 / BYTES_A_PIXEL;

/** That there is no such page, as PDFium says of itself: it is as good as before. */
const NO_PAGE = Symbol('no page');

/**
 * A PDF, by PDFium. A page that breaks PDFium is unreadable, and the next is read by a new one.
 * @throws DocumentEncrypted, DocumentCorrupt
 */
export async function openPdf(bytes: Uint8Array): Promise<Pages> {
  let loaded: LoadedPdf | null = await loadPdf(bytes);
  const { count } = loaded;
  const asking = async <T>(
    page: number,
    work: (pdf: LoadedPdf) => T | typeof NO_PAGE | Promise<T | typeof NO_PAGE>,
  ): Promise<T> => {
    requirePage(page, count);
    if (loaded === null || loaded.memory.refused) loaded = await loadPdf(bytes);
    const made = await unlessBroken(work, loaded, page);
    if (made === NO_PAGE) throw new PageUnreadable(`Page ${page} is damaged.`);
    return made;
  };
  const unlessBroken = async <T>(
    work: (pdf: LoadedPdf) => T | Promise<T>,
    pdf: LoadedPdf,
    page: number,
  ): Promise<T> => {
    try {
      return await work(pdf);
    } catch (error) {
      if (error instanceof PageTooLarge) throw error;
      loaded = null;
      if (error instanceof PageUnreadable) throw error;
      throw new PageUnreadable(`Page ${page} is damaged, or needs too much memory.`, { cause: error });
    }
  };
  return {
    count,
    size: (page, dpi) => asking(page, (pdf) => sizeOf(pdf, page, dpi)),
    render: (page, options) => asking(page, (pdf) => render(pdf, page, options)),
    text: (page) => asking(page, (pdf) => withPage(pdf, page, (handle) => ownText(pdf.pdfium, handle))),
    close() {
      loaded = null;
    },
  };
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Upright: PDFium has turned it as the page says. A page without any area is none that could be read. */
function sizeOf({ pdfium, document }: LoadedPdf, page: number, dpi: number): Size | typeof NO_PAGE {
  const size = pdfium._malloc(8);
  const isKnown = pdfium._FPDF_GetPageSizeByIndexF(document, page - 1, size);
  const [width = 0, height = 0] = pdfium.HEAPF32.subarray(size / 4, size / 4 + 2);
  pdfium._free(size);
  if (isKnown === 0 || !(width > 0 && height > 0)) return NO_PAGE;
  const pixels = (points: number) => Math.max(1, Math.round((points / POINTS_AN_INCH) * dpi));
  return { width: pixels(width), height: pixels(height) };
}

async function render(
  pdf: LoadedPdf,
  page: number,
  { dpi, maxPixels }: RenderOptions,
): Promise<RenderedPage | typeof NO_PAGE> {
  const size = sizeOf(pdf, page, dpi);
  if (size === NO_PAGE) return NO_PAGE;
  const { width, height } = size;
  const most = Math.min(maxPixels, MOST_PIXELS);
  if (!(width * height <= most)) throw new PageTooLarge(width, height, most);
  return withPage(pdf, page, (handle) =>
    withPageBitmap(pdf, handle, size, async (pixels) => {
      const picture = sharp(pixels, { raw: { width, height, channels: BYTES_A_PIXEL }, limitInputPixels: false });
      return { png: await picture.removeAlpha().png().toBuffer(), width, height };
    }),
  );
}

/** What throws on the way needs no tidying up: this PDFium is not asked again. */
async function withPage<T>(
  pdf: LoadedPdf,
  page: number,
  use: (handle: number) => T | Promise<T>,
): Promise<T | typeof NO_PAGE> {
  const { pdfium, document, form } = pdf;
  const handle = pdfium._FPDF_LoadPage(document, page - 1);
  if (handle === 0) return NO_PAGE;
  if (form !== 0) pdfium._FORM_OnAfterLoadPage(handle, form);
  const made = await use(handle);
  if (form !== 0) pdfium._FORM_OnBeforeClosePage(handle, form);
  pdfium._FPDF_ClosePage(handle);
  return made;
}
