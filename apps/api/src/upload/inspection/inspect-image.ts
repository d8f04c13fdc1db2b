import { UploadError } from '../upload-error.ts';
import { readBmp } from './bmp.ts';
import type { ByteSource } from './byte-source.ts';
import type { ImageFormatName } from './image-format.ts';
import { CorruptImage, type HeaderSize } from './image-size.ts';
import { readJpeg } from './jpeg.ts';
import { readPng } from './png.ts';
import { readTiff } from './tiff.ts';
import { readWebp } from './webp.ts';

const READERS: Readonly<Record<ImageFormatName, (source: ByteSource) => Promise<HeaderSize>>> = {
  png: readPng,
  jpeg: readJpeg,
  webp: readWebp,
  tiff: readTiff,
  bmp: readBmp,
};

/** From here on EXIF orientation swaps width and height. */
const FIRST_SIDEWAYS = 5;

/**
 * Reads an image's header and looks for its end, without decoding a pixel. Returns the upright size in pixels. Throws UploadError
 * `image_corrupt` or `image_too_many_pixels`, and what the source throws.
 */
export async function inspectImage(
  format: ImageFormatName,
  source: ByteSource,
  maxImagePixels: number,
): Promise<{ width: number; height: number }> {
  const size = await READERS[format](source).catch((error: unknown) => {
    if (!(error instanceof CorruptImage)) throw error;
    throw new UploadError('image_corrupt', `the image ${error.message}`, { format });
  });
  if (size.width < 1 || size.height < 1)
    throw new UploadError('image_corrupt', 'the image has no width or no height', { format });
  const [width, height] = size.orientation >= FIRST_SIDEWAYS ? [size.height, size.width] : [size.width, size.height];
  if (width * height <= maxImagePixels) return { width, height };
  const message = `the image has ${width} × ${height} pixels; at most ${maxImagePixels} are accepted`;
  throw new UploadError('image_too_many_pixels', message, { width, height, max_image_pixels: maxImagePixels });
}
