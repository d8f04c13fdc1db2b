import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { firstOf } from '@ocrelay/lifecycle';
import { createApiClient } from './api-client.ts';
import { describeTask } from './describe-task.ts';
import type { DemoFile } from './files.ts';
import { followTask } from './follow.ts';
import { missingStrings } from './missing-strings.ts';
import { createProgress } from './progress.ts';

/** What is exported of each file, besides its text and its raw JSON. */
export const EXPORTS = ['xlsx', 'md', 'html', 'pdf'];

/** What came of one file. */
export interface Reading {
  readonly file: DemoFile;
  readonly text: string;
  /** What should have been read and was not. */
  readonly missing: readonly string[];
}

/**
 * Uploads all files at once, follows them, and writes what was read to `<output>/<name>.json` (as the service sent it), `.txt`
 * and the formats of {@link EXPORTS}.
 * @throws Error naming the file, of the first that fails.
 */
export async function readFiles(
  apiUrl: string,
  files: readonly DemoFile[],
  output: string,
  signal: AbortSignal,
): Promise<Reading[]> {
  mkdirSync(output, { recursive: true });
  const failed = new AbortController();
  const { signal: either, release } = firstOf([signal, failed.signal]);
  const api = createApiClient(apiUrl, either);
  const progress = createProgress(
    process.stdout,
    files.map(({ name }) => name),
  );
  const read = async (file: DemoFile): Promise<Reading> => {
    try {
      const id = await api.upload(file.path);
      await followTask(api, id, (task) => progress.set(file.name, describeTask(task)), either);
      const [text, raw] = await Promise.all([api.text(id), api.raw(id)]);
      writeFileSync(join(output, `${file.name}.txt`), text);
      writeFileSync(join(output, `${file.name}.json`), raw);
      for (const format of EXPORTS) {
        writeFileSync(join(output, `${file.name}.${format}`), await api.export(id, format));
      }
      return { file, text, missing: missingStrings(text, file.mustContain) };
    } catch (cause) {
      if (either.aborted) throw cause;
      progress.set(file.name, `failed: ${messageOf(cause)}`);
      const error = new Error(`${basename(file.path)}: ${messageOf(cause)}`, { cause });
      failed.abort(error);
      throw error;
    }
  };
  try {
    return await Promise.all(files.map(read));
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
