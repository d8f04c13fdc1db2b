import { buffer } from 'node:stream/consumers';
import { ImageMissingError } from '@ocrelay/storage';
import type { Task } from '@ocrelay/tasks';
import type { ApiContext } from '../context.ts';
import { imageMissing } from '../errors/catalogue.ts';

/** All bytes of a task's image. @throws ApiError image_missing */
export async function storedImage(images: ApiContext['images'], task: Task): Promise<Buffer> {
  try {
    const { stream } = await images.open(task.imagePath);
    return await buffer(stream);
  } catch (error) {
    throw error instanceof ImageMissingError ? imageMissing(task.id, error) : error;
  }
}
