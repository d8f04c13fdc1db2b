/** Entry point of a recogniser's thread: models are loaded once, then it reads one image at a time. */

import { UnreadableImage } from '@ocrelay/picture';
import sharp from 'sharp';
import { loadModels } from './models.ts';
import type { Reading } from './page.ts';
import { readPage } from './read-page.ts';

sharp.concurrency(1);
sharp.cache(false);
const loading = loadModels();
loading.catch(() => undefined); // said by the first reading that awaits it

export type ReadOrder =
  | { readonly kind: 'warm' }
  | { readonly kind: 'read'; readonly path: string; readonly maxPixels: number };
/** Errors lose their class on the way out of a thread, so what the sender of the image must know is a value. */
export type ReadAnswer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'read'; readonly reading: Reading }
  | { readonly kind: 'unreadable'; readonly message: string };

export default async function answer(order: ReadOrder): Promise<ReadAnswer> {
  const models = await loading;
  if (order.kind === 'warm') return { kind: 'ready' };
  try {
    return { kind: 'read', reading: await readPage(models, order.path, order.maxPixels) };
  } catch (error) {
    if (error instanceof UnreadableImage) return { kind: 'unreadable', message: error.message };
    throw error;
  }
}
