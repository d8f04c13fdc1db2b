import { DocumentFailure } from '@ocrelay/pages';
import { findPageTask, type Task } from '@ocrelay/tasks';
import type { ApiContext } from '../context.ts';
import { imageUnreadable, pageNotFound } from '../errors/catalogue.ts';
import { storedImage } from './stored-image.ts';

/**
 * The picture of a page of what was uploaded, as an image file: an image itself, the page that was rendered of a document that is
 * read page by page, or one that is rendered now of a PDF that the OCR service took whole.
 * @param page counted from 1
 * @throws ApiError page_not_found, image_missing, image_corrupt
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
      throw error instanceof DocumentFailure ? imageUnreadable(error.message) : error;
    });
    return rendered.png;
  }
  if (page !== 1) throw pageNotFound('an image is the picture of its first page only');
  return storedImage(images, task);
}
