/** Entry point of a recogniser's thread: models are loaded once, then it reads one image at a time. */

import { parentPort, workerData } from 'node:worker_threads';
import { UnreadableImage } from '@ocrelay/picture';
import sharp from 'sharp';
import { createSecondReader } from './german/second-reader.ts';
import { loadModels } from './models.ts';
import type { Reading } from './page.ts';
import { readPage } from './read-page.ts';

sharp.concurrency(1);
sharp.cache(false);
const { stopping } = workerData as RecogniserData;
const loading = loadModels(() => {
  if (Atomics.load(stopping, 0) !== 0) throw new Error('the engine stops');
});
loading.catch(() => undefined); // said by the first reading that awaits it
const second = createSecondReader();
/** Sent whenever a page was read without its help. */
const warn = (failure: Error) => parentPort?.postMessage({ warning: failure.message } satisfies ThreadWarning);

/** What a thread is started with. */
export interface RecogniserData {
  /** Shared; its one element is not 0 once the engine stops: then no model is run any more. */
  readonly stopping: Int32Array;
}
export type ReadOrder =
  | { readonly kind: 'warm' }
  | { readonly kind: 'read'; readonly path: string; readonly maxPixels: number };
/** What a thread says between its answers: that something failed which it can do without. */
export interface ThreadWarning {
  readonly warning: string;
}
/** Errors lose their class on the way out of a thread, so what the sender of the image must know is a value. */
export type ReadAnswer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'read'; readonly reading: Reading }
  | { readonly kind: 'unreadable'; readonly message: string };

export default async function answer(order: ReadOrder): Promise<ReadAnswer> {
  const models = await loading;
  if (order.kind === 'warm') return { kind: 'ready' };
  try {
    return { kind: 'read', reading: await readPage(models, second, order.path, order.maxPixels, warn) };
  } catch (error) {
    if (error instanceof UnreadableImage) return { kind: 'unreadable', message: error.message };
    throw error;
  }
}
