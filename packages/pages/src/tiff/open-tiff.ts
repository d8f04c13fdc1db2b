import sharp, { type Metadata, type Sharp } from 'sharp';
import { DocumentCorrupt, PageTooLarge, PageUnreadable } from '../errors.ts';
import type { Pages, RenderedPage, RenderOptions } from '../pages.ts';

/**
 * A TIFF, by libvips, one directory after the other. It is taken by its word when it says how many pages it has; which of
 * them there are shows when they are asked for.
 * @throws DocumentCorrupt
 */
export async function openTiff(bytes: Uint8Array): Promise<Pages> {
  const count = await pageCount(bytes);
  return {
    count,
    size: async (page) => upright(await headerOf(at(bytes, page), page)),
    render: async (page, options) => render(at(bytes, page), page, options),
    text: async () => null,
    close() {},
  };
}

async function pageCount(bytes: Uint8Array): Promise<number> {
  try {
    const { format, pages } = await at(bytes, 1).metadata();
    if (format === 'tiff') return pages ?? 1;
  } catch (error) {
    throw new DocumentCorrupt('The document is damaged, or it is not a TIFF.', { cause: error });
  }
  throw new DocumentCorrupt('The document is not a TIFF.');
}

/** @throws PageUnreadable for what cannot be the number of a page */
function at(bytes: Uint8Array, page: number): Sharp {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    return sharp(file, { page: page - 1, failOn: 'error', limitInputPixels: false, sequentialRead: true });
  } catch (error) {
    throw new PageUnreadable(`There is no page ${page}.`, { cause: error });
  }
}

async function headerOf(picture: Sharp, page: number): Promise<Metadata> {
  try {
    return await picture.metadata();
  } catch (error) {
    throw new PageUnreadable(`Page ${page} is damaged (${reason(error)}).`, { cause: error });
  }
}

function upright({ autoOrient }: Metadata): { width: number; height: number } {
  return { width: autoOrient.width, height: autoOrient.height };
}

async function render(picture: Sharp, page: number, { maxPixels }: RenderOptions): Promise<RenderedPage> {
  const { width, height } = upright(await headerOf(picture, page));
  if (width * height > maxPixels) throw new PageTooLarge(width, height, maxPixels);
  try {
    const png = await picture.autoOrient().flatten({ background: '#fff' }).toColourspace('srgb').png().toBuffer();
    return { png, width, height };
  } catch (error) {
    throw new PageUnreadable(`Page ${page} is damaged or incomplete (${reason(error)}).`, { cause: error });
  }
}

function reason(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
