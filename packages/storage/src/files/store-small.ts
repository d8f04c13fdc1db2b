import { constants } from 'node:fs';
import { commitFile } from './commit-file.ts';
import type { DurableFolders } from './durable-folders.ts';
import { closeFile, NEW_FILE, openFile, syncData, writeAt } from './fs-calls.ts';

/** An image of which nothing is on the disk yet. */
export interface SmallImage {
  readonly temporaryPath: string;
  readonly key: string;
  readonly bytes: Uint8Array;
}

/** With this each write is durable when it ends: on Linux as after `fdatasync`, elsewhere it means less, or there is none. */
const DURABLE_WRITES = process.platform === 'linux' ? constants.O_DSYNC : null;

/** Writes an image, and makes it durable and visible under its key. When it throws, a temporary file may be left, and nothing else. */
export async function storeSmall(folders: DurableFolders, { temporaryPath, key, bytes }: SmallImage): Promise<void> {
  const descriptor = await openFile(temporaryPath, NEW_FILE | (DURABLE_WRITES ?? 0));
  try {
    await writeAt(descriptor, 0, bytes);
    if (DURABLE_WRITES === null) await syncData(descriptor);
  } catch (error) {
    await closeFile(descriptor).catch(() => undefined);
    throw error;
  }
  await commitFile(folders, () => closeFile(descriptor), temporaryPath, key);
}
