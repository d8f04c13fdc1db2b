import { buffer } from 'node:stream/consumers';
import { ImageMissingError, isReallyMissing, StorageError, type StoredImage } from '@ocrelay/storage';
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
