import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { firstOf } from '@ocrelay/lifecycle';
import { createApiClient } from './api-client.ts';
import { describeTask } from './describe-task.ts';
import type { DemoFile } from './files.ts';
import { followTask } from './follow.ts';
import { keepReading } from './keep-reading.ts';
import { missingStrings } from './missing-strings.ts';
import { isPaged } from './pages.ts';
import { createProgress } from './progress.ts';

/** What came of one file. */
export interface Reading {
  readonly file: DemoFile;
  /** Whether its raw JSON is kept by page. */
  readonly paged: boolean;
  readonly text: string;
  /** What should have been read and was not. */
  readonly missing: readonly string[];
}

/**
 * Uploads all files at once, follows them, and keeps what was read in `output`, under their names.
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
      const task = await followTask(api, id, (now) => progress.set(file.name, describeTask(now)), either);
      const text = await keepReading(api, task, join(output, file.name));
      return { file, paged: isPaged(task), text, missing: missingStrings(text, file.mustContain) };
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
