import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createApiClient } from './api-client.ts';
import { describeTask } from './describe-task.ts';
import type { DemoFile } from './files.ts';
import { followTask } from './follow.ts';
import { keepReading } from './keep-reading.ts';
import { missingStrings } from './missing-strings.ts';
import { isPaged } from './pages.ts';
import { createProgress } from './progress.ts';

/** A file of which nothing came, and why. */
export interface Failure {
  readonly file: DemoFile;
  readonly why: string;
}

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
 * Uploads all files at once, follows them, and keeps what was read in `output`, under their names. One that fails takes no
 * other with it.
 * @throws what `signal` was aborted with
 */
export async function readFiles(
  apiUrl: string,
  files: readonly DemoFile[],
  output: string,
  signal: AbortSignal,
): Promise<(Reading | Failure)[]> {
  mkdirSync(output, { recursive: true });
  const api = createApiClient(apiUrl, signal);
  const progress = createProgress(
    process.stdout,
    files.map(({ name }) => name),
  );
  const read = async (file: DemoFile): Promise<Reading | Failure> => {
    try {
      const id = await api.upload(file.path);
      const task = await followTask(api, id, (now) => progress.set(file.name, describeTask(now)), signal);
      const text = await keepReading(api, task, join(output, file.name));
      return { file, paged: isPaged(task), text, missing: missingStrings(text, file.mustContain) };
    } catch (cause) {
      if (signal.aborted) throw signal.reason;
      progress.set(file.name, `failed: ${messageOf(cause)}`);
      return { file, why: messageOf(cause) };
    }
  };
  try {
    return await Promise.all(files.map(read));
  } finally {
    progress.end();
  }
}

/** `fetch failed` alone says nothing: its cause does. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}
