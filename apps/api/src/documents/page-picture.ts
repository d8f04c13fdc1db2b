import type { ErrorCode } from '@ocrelay/contracts';
import { DocumentFailure } from '@ocrelay/pages';
import { findPageTask, type Task } from '@ocrelay/tasks';
import type { ApiContext } from '../context.ts';
import { ApiError } from '../errors/api-error.ts';
import { imageUnreadable, pageNotFound, shuttingDown } from '../errors/catalogue.ts';
import { storedImage } from './stored-image.ts';

/**
 * The picture of a page of what was uploaded, as an image file: an image itself, the page that was rendered of a document that is
 * read page by page, or one that is rendered now of a PDF that the OCR service took whole.
 * @param page counted from 1
 * @throws ApiError page_not_found, image_missing, image_corrupt, shutting_down; StorageError; what says that the database is away
 */
export async function pagePicture(
  { database, images, pageReader, config, draining }: ApiContext,
  task: Task,
  page: number,
): Promise<Uint8Array> {
  if (task.openPages !== null) {
    const rendered = await findPageTask(database.db, task.id, page);
    if (rendered === null) throw pageNotFound(`the document has no page ${page}`);
    return storedImage(images, rendered);
  }
  if (task.contentType === 'application/pdf') {
    const source = { key: task.id, contentType: task.contentType, load: () => storedImage(images, task) } as const;
    const options = { dpi: config.renderDpi, maxPixels: config.maxImagePixels };
    const rendered = await pageReader.render(source, page, options, draining).catch((error: unknown) => {
      if (draining.aborted) throw shuttingDown();
      throw error instanceof DocumentFailure ? imageUnreadable(error.message) : error;
    });
    return rendered.png;
  }
  if (page !== 1) throw pageNotFound('an image is the picture of its first page only');
  return storedImage(images, task);
}

/** What a later try would meet again: the picture is gone or damaged, or there never was one. */
const FOR_GOOD: ReadonlySet<string> = new Set<ErrorCode>(['image_missing', 'page_not_found', 'image_corrupt']);

/** Whether a page has no picture and will have none, rather than that it cannot be had now. */
export function isWithoutPicture(error: unknown): boolean {
  return error instanceof ApiError && FOR_GOOD.has(error.code);
}
