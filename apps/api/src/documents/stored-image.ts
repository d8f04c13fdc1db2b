import { buffer } from 'node:stream/consumers';
import { ImageMissingError, type StoredImage } from '@ocrelay/storage';
import type { Task } from '@ocrelay/tasks';
import type { ApiContext } from '../context.ts';
import { imageMissing, pageNotFound } from '../errors/catalogue.ts';

/** A task's image, opened. @throws ApiError image_missing; page_not_found for a page that has none yet */
export async function openImage(images: ApiContext['images'], task: Task): Promise<StoredImage> {
  if (task.sha256 === '') throw pageNotFound('the page has not been rendered');
  try {
    return await images.open(task.imagePath);
  } catch (error) {
    throw error instanceof ImageMissingError ? imageMissing(task.id, error) : error;
  }
}

/** All of its bytes. @throws as `openImage` */
export async function storedImage(images: ApiContext['images'], task: Task): Promise<Buffer> {
  return buffer((await openImage(images, task)).stream);
}
