import { open, readFile } from 'node:fs/promises';
import sharp, { type Sharp } from 'sharp';
import { decodeBmp, isBmp } from './bmp.ts';
import type { Page } from './page.ts';
import { UnreadableImage } from './unreadable-image.ts';

const FORMATS = ['png', 'jpeg', 'webp', 'tiff'];

/**
 * Decodes an image file into an upright gray page: EXIF orientation applied, transparency on white, of a TIFF the first page.
 *
 * @param maxPixels larger images are refused before they are decoded
 * @throws UnreadableImage with a message for the person who sent it
 */
export async function decodePage(path: string, maxPixels: number): Promise<Page> {
  const image = await openImage(path, maxPixels);
  try {
    const { data, info } = await image
      .autoOrient()
      .flatten({ background: '#ffffff' })
      .toColourspace('b-w')
      .extractChannel(0)
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return { gray: data, width: info.width, height: info.height };
  } catch (error) {
    throw new UnreadableImage(`The image is damaged or incomplete (${reason(error)}).`);
  }
}

async function openImage(path: string, maxPixels: number): Promise<Sharp> {
  if (await startsAsBmp(path)) {
    const { data, width, height } = decodeBmp(await readFile(path), maxPixels);
    return sharp(data, { raw: { width, height, channels: 3 }, limitInputPixels: false });
  }
  const image = sharp(path, { limitInputPixels: false, failOn: 'error', sequentialRead: true });
  const found = await image.metadata().catch(() => null);
  if (found === null) throw new UnreadableImage('The file is not an image that can be read, or it is damaged.');
  if (!FORMATS.includes(found.format)) throw new UnreadableImage(`Images of type ${found.format} are not supported.`);
  if (found.width * found.height > maxPixels) {
    throw new UnreadableImage(
      `The image has ${found.width} × ${found.height} pixels; at most ${maxPixels} are allowed.`,
    );
  }
  return image;
}

async function startsAsBmp(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(64), 0, 64, 0);
    return isBmp(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}

function reason(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
