import { open, readFile } from 'node:fs/promises';
import sharp, { type Sharp } from 'sharp';
import { decodeBmp, isBmp } from './bmp.ts';
import { UnreadableImage } from './unreadable-image.ts';

const FORMATS = ['png', 'jpeg', 'webp', 'tiff'];

/**
 * Opens an image of any type that uploads may have, as it lies in its file: `autoOrient()` makes it upright.
 *
 * @param file its path, or its bytes
 * @param maxPixels larger images are refused before they are decoded
 * @throws UnreadableImage with a message for the person who sent it
 */
export async function openPicture(file: string | Uint8Array, maxPixels: number): Promise<Sharp> {
  if (isBmp(typeof file === 'string' ? await firstBytes(file) : Buffer.from(file.subarray(0, 64)))) {
    const bytes = typeof file === 'string' ? await readFile(file) : Buffer.from(file);
    const { data, width, height } = decodeBmp(bytes, maxPixels);
    return sharp(data, { raw: { width, height, channels: 3 }, limitInputPixels: false });
  }
  const image = sharp(file, { limitInputPixels: false, failOn: 'error', sequentialRead: true });
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

async function firstBytes(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(64), 0, 64, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
