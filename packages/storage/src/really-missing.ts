import { ImageMissingError } from './errors.ts';
import type { ImageStore } from './image-store.ts';

/**
 * Whether the store is there and the image is not: where a disk is not mounted, every image seems to be missing. Looked for again,
 * between two looks at the store: one that was away when the image was looked for at first may be back by now, and one that is there
 * may be gone in a moment. A store that takes no image, or that is broken, is there.
 */
export async function isReallyMissing(images: Pick<ImageStore, 'exists' | 'read'>, key: string): Promise<boolean> {
  return (await images.exists()) && (await lacks(images, key)) && (await images.exists());
}

async function lacks(images: Pick<ImageStore, 'read'>, key: string): Promise<boolean> {
  try {
    await images.read(key, 1);
    return false;
  } catch (error) {
    return error instanceof ImageMissingError;
  }
}
