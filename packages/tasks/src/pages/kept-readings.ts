import type { Db } from '@ocrelay/db';
import type { KeptReading } from '@ocrelay/document';
import { type ResultInfo, wholeRawResult } from '../results.ts';
import { pagesTextLayers, textLayersOf } from '../text-layers.ts';
import { pageReadings } from './pages-of.ts';

/** Of all pages together. More would not fit into the memory of who derives a document of them. */
const MOST_BYTES = 128 * 1024 * 1024;

/** The pages of a document were read to more than can be held at once. */
export class ReadingsTooLarge extends Error {
  override readonly name = 'ReadingsTooLarge';
}

/** The readings that a result stands for: one of an image, and of a document one for each page. @throws ReadingsTooLarge */
export async function keptReadings(db: Db, result: ResultInfo): Promise<KeptReading[]> {
  const pages = await pageReadings(db, result.taskId);
  if (pages.length === 0) {
    const [raw, textLayers] = [await wholeRawResult(db, result), await textLayersOf(db, result.taskId)];
    return [{ raw, error: null, textLayers }];
  }
  const bytes = pages.reduce((sum, page) => sum + (page.result?.sizeBytes ?? 0), 0);
  if (bytes > MOST_BYTES) throw new ReadingsTooLarge(`the pages were read to ${bytes} bytes, more than ${MOST_BYTES}`);
  const layers = await pagesTextLayers(db, result.taskId);
  const readings: KeptReading[] = [];
  for (const { taskId, result: page, error } of pages) {
    const raw = page === null ? null : await wholeRawResult(db, page);
    readings.push({ raw, error, textLayers: [layers.get(taskId) ?? null] });
  }
  return readings;
}
