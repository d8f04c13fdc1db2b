import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { firstOf } from '@ocrelay/lifecycle';
import { createApiClient } from './api-client.ts';
import { describeTask } from './describe-task.ts';
import { followTask } from './follow.ts';
import type { DemoImage } from './images.ts';
import { missingStrings } from './missing-strings.ts';
import { createProgress } from './progress.ts';

/** What is exported of each image, besides its text and its raw JSON. */
export const EXPORTS = ['xlsx', 'md', 'html', 'pdf'];

/** What came of one image. */
export interface Reading {
  readonly image: DemoImage;
  readonly text: string;
  /** What should have been read and was not. */
  readonly missing: readonly string[];
}

/**
 * Uploads all images at once, follows them, and writes what was read to `<output>/<name>.json` (as the service sent it), `.txt`
 * and the formats of {@link EXPORTS}.
 * @throws Error naming the image, of the first that fails.
 */
export async function readImages(
  apiUrl: string,
  images: readonly DemoImage[],
  output: string,
  signal: AbortSignal,
): Promise<Reading[]> {
  mkdirSync(output, { recursive: true });
  const failed = new AbortController();
  const { signal: either, release } = firstOf([signal, failed.signal]);
  const api = createApiClient(apiUrl, either);
  const progress = createProgress(
    process.stdout,
    images.map(({ name }) => name),
  );
  const read = async (image: DemoImage): Promise<Reading> => {
    try {
      const id = await api.upload(image.path);
      await followTask(api, id, (task) => progress.set(image.name, describeTask(task)), either);
      const [text, raw] = await Promise.all([api.text(id), api.raw(id)]);
      writeFileSync(join(output, `${image.name}.txt`), text);
      writeFileSync(join(output, `${image.name}.json`), raw);
      for (const format of EXPORTS) {
        writeFileSync(join(output, `${image.name}.${format}`), await api.export(id, format));
      }
      return { image, text, missing: missingStrings(text, image.mustContain) };
    } catch (cause) {
      if (either.aborted) throw cause;
      progress.set(image.name, `failed: ${messageOf(cause)}`);
      const error = new Error(`${basename(image.path)}: ${messageOf(cause)}`, { cause });
      failed.abort(error);
      throw error;
    }
  };
  try {
    return await Promise.all(images.map(read));
  } catch (error) {
    throw either.aborted ? either.reason : error;
  } finally {
    progress.end();
    release();
  }
}

/** `fetch failed` alone says nothing: its cause does. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}
