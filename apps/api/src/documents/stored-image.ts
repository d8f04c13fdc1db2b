import { buffer } from 'node:stream/consumers';
import { ImageMissingError, StorageError, type StoredImage } from '@ocrelay/storage';
import type { Task } from '@ocrelay/tasks';
import type { ApiContext } from '../context.ts';
import { imageMissing, pageNotFound } from '../errors/catalogue.ts';

/**
 * A task's image, opened.
 * @throws ApiError image_missing when it is gone for good; page_not_found for a page that has none yet; StorageError
 */
export async function openImage(images: ApiContext['images'], task: Task): Promise<StoredImage> {
  if (task.sha256 === '') throw pageNotFound('the page has not been rendered');
  try {
    return await images.open(task.imagePath);
  } catch (error) {
    if (!(error instanceof ImageMissingError)) throw error;
    if (await isReallyMissing(images, task.imagePath)) throw imageMissing(task.id, error);
    throw new StorageError('the image store was away', { cause: error });
  }
}

/** All of its bytes. @throws as `openImage` */
export async function storedImage(images: ApiContext['images'], task: Task): Promise<Buffer> {
  const { stream } = await openImage(images, task);
  return buffer(stream).catch((error: unknown) => {
    throw error instanceof StorageError ? error : new StorageError('the image broke off', { cause: error });
  });
}

/**
 * Whether the store is there and the image is not: where a disk is not mounted, every image seems to be missing. Looked for again,
 * between two looks at the store, which may have come back or gone in between.
 */
async function isReallyMissing(images: ApiContext['images'], key: string): Promise<boolean> {
  return (await images.exists()) && (await lacks(images, key)) && (await images.exists());
}

async function lacks(images: ApiContext['images'], key: string): Promise<boolean> {
  try {
    await images.read(key, 1);
    return false;
  } catch (error) {
    return error instanceof ImageMissingError;
  }
}
