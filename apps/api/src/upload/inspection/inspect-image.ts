import { tooManyPages, UploadError } from '../upload-error.ts';
import { readBmp } from './bmp.ts';
import type { ByteSource } from './byte-source.ts';
import type { ImageFormatName } from './image-format.ts';
import { CorruptImage, type HeaderSize } from './image-size.ts';
import { readJpeg } from './jpeg.ts';
import { readPng } from './png.ts';
import { readTiff } from './tiff.ts';
import { readWebp } from './webp.ts';

const READERS: Readonly<
  Record<Exclude<ImageFormatName, 'pdf'>, (source: ByteSource, maxPages: number) => Promise<HeaderSize>>
> = {
  png: readPng,
  jpeg: readJpeg,
  webp: readWebp,
  tiff: readTiff,
  bmp: readBmp,
};

/** From here on EXIF orientation swaps width and height. */
const FIRST_SIDEWAYS = 5;

/** What an inspection tells of a file. */
export interface Inspection {
  /** Upright, of the only page or the first, pixels; no more than can be stored, since a page's size may be absurd. */
  readonly width: number;
  readonly height: number;
  /** Of a document that is read page by page; null for a single image. */
  readonly pages: number | null;
}

/** The largest number that a row takes for a width or a height. */
const LARGEST_SIDE = 2 ** 31 - 1;

/** What is told of a document, whose pages may have any size: one that is too large fails alone, when it is read. */
export function documentInspection(width: number, height: number, pages: number, maxPages: number): Inspection {
  if (pages > maxPages) throw tooManyPages(pages, maxPages);
  return { width: Math.min(width, LARGEST_SIDE), height: Math.min(height, LARGEST_SIDE), pages };
}

/**
 * Reads an image's header and looks for its end, without decoding a pixel. Throws UploadError `image_corrupt`,
 * `image_too_many_pixels` or `too_many_pages`, and what the source throws.
 */
export async function inspectImage(
  format: keyof typeof READERS,
  source: ByteSource,
  { maxImagePixels, maxPages }: { readonly maxImagePixels: number; readonly maxPages: number },
): Promise<Inspection> {
  const size = await READERS[format](source, maxPages).catch((error: unknown) => {
    if (!(error instanceof CorruptImage)) throw error;
    throw new UploadError('image_corrupt', `the image ${error.message}`, { format });
  });
  if (size.width < 1 || size.height < 1)
    throw new UploadError('image_corrupt', 'the image has no width or no height', { format });
  const [width, height] = size.orientation >= FIRST_SIDEWAYS ? [size.height, size.width] : [size.width, size.height];
  if (size.pages !== undefined && size.pages > 1) return documentInspection(width, height, size.pages, maxPages);
  if (width * height <= maxImagePixels) return { width, height, pages: null };
  const message = `the image has ${width} × ${height} pixels; at most ${maxImagePixels} are accepted`;
  throw new UploadError('image_too_many_pixels', message, { width, height, max_image_pixels: maxImagePixels });
}
