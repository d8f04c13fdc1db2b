import { open, rename, rm } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { StorageError, systemCode, toStorageError, toWriteError } from '../errors.ts';
import { checkedKey } from '../image-key.ts';
import type { PendingImage } from '../image-store.ts';
import type { DurableFolders } from './durable-folders.ts';

interface Place {
  readonly temporaryPath: string;
  readonly root: string;
  readonly folders: DurableFolders;
}

/**
 * A file under its temporary name. The handle is open before the first byte is asked for, and the file is unlinked only after the
 * handle was closed and the last write ended: an upload that is aborted at any byte leaves neither.
 */
export async function createPendingFile({ temporaryPath, root, folders }: Place): Promise<PendingImage> {
  const handle = await open(temporaryPath, 'wx+').catch((error: unknown) => {
    throw toWriteError('an image cannot be written', error);
  });
  let sizeBytes = 0;
  let state: 'open' | 'committed' | 'discarded' = 'open';
  let lastWork: Promise<unknown> = Promise.resolve();
  let closing: Promise<void> | null = null;
  let discarding: Promise<void> | null = null;

  const close = () => {
    closing ??= handle.close();
    return closing;
  };
  /** Runs work on the file that a discard waits for. */
  const working = <T>(doing: string, work: () => Promise<T>): Promise<T> => {
    if (state !== 'open') return Promise.reject(new StorageError(`${doing}: the image is already ${state}`));
    const done = work().catch((error: unknown) => {
      throw toWriteError(doing, error);
    });
    lastWork = Promise.allSettled([lastWork, done]);
    return done;
  };

  return {
    get sizeBytes() {
      return sizeBytes;
    },
    write: (chunk) =>
      working('an image cannot be written', async () => {
        for (let from = 0; from < chunk.length; ) {
          const { bytesWritten } = await handle.write(chunk, from, chunk.length - from, sizeBytes);
          from += bytesWritten;
          sizeBytes += bytesWritten;
        }
      }),
    read: (offset, length) =>
      working('an image cannot be read', async () => {
        const buffer = Buffer.allocUnsafe(Math.max(0, Math.min(length, sizeBytes - offset)));
        let filled = 0;
        while (filled < buffer.length) {
          const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, offset + filled);
          if (bytesRead === 0) break;
          filled += bytesRead;
        }
        return buffer.subarray(0, filled);
      }),
    commit: (key) =>
      working('an image cannot be stored', async () => {
        const path = join(root, checkedKey(key));
        await handle.datasync(); // the bytes and the size; when it was written nobody asks
        await close();
        await moveInto(folders, posix.dirname(key), temporaryPath, path);
        try {
          await folders.sync(posix.dirname(key));
        } catch (error) {
          await rm(path, { force: true });
          throw error;
        }
        state = 'committed';
      }),
    discard: () => {
      discarding ??= (async () => {
        await lastWork; // a commit under way decides first
        if (state === 'committed') return;
        state = 'discarded';
        await close().catch(() => undefined); // the file goes either way
        await rm(temporaryPath, { force: true });
      })().catch((error: unknown) => {
        throw toStorageError('an upload cannot be removed', error);
      });
      return discarding;
    },
  };
}

async function moveInto(folders: DurableFolders, folder: string, from: string, to: string): Promise<void> {
  await folders.ensure(folder);
  try {
    await rename(from, to);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
    folders.forget(folder);
    await folders.ensure(folder);
    await rename(from, to);
  }
}
