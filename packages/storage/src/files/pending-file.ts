import { rm } from 'node:fs/promises';
import { StorageError, toStorageError, toWriteError } from '../errors.ts';
import { checkedKey } from '../image-key.ts';
import type { PendingImage } from '../image-store.ts';
import { commitFile } from './commit-file.ts';
import type { DurableFolders } from './durable-folders.ts';
import { closeFile, NEW_FILE, openFile, readAt, syncData, writeAt } from './fs-calls.ts';
import { spareMemory } from './spare-memory.ts';
import type { SmallImage } from './store-small.ts';

interface Place {
  readonly temporaryPath: string;
  readonly folders: DurableFolders;
  /** Stores an image that is still in memory. When it throws, a temporary file may be left, and nothing else. */
  storeSmall(image: SmallImage): Promise<void>;
}

/** An image of at most so many bytes is kept in memory until its commit, and then written at once. */
const SMALL_BYTES = 256 * 1024;

/** 16 MiB at the most stay for images to come. */
const memory = spareMemory(SMALL_BYTES, 64);

/**
 * A file under its temporary name, from the moment in which the image is no longer small, or committed. The file is open before the
 * first byte is written, and unlinked only after it was closed and the last write ended: an upload that is aborted
 * at any byte leaves neither.
 */
export function createPendingFile({ temporaryPath, folders, storeSmall }: Place): PendingImage {
  let sizeBytes = 0;
  let kept: Buffer | null = null;
  let descriptor: number | null = null;
  let state: 'open' | 'given up' | 'committed' | 'discarded' = 'open';
  let lastWork: Promise<unknown> = Promise.resolve();
  let closing: Promise<void> | null = null;
  let discarding: Promise<void> | null = null;

  const close = async () => {
    if (descriptor !== null) closing ??= closeFile(descriptor);
    await closing;
  };
  /** Opens the file, and writes what was kept in memory. */
  const begin = async (): Promise<number> => {
    descriptor = await openFile(temporaryPath, NEW_FILE);
    if (kept !== null) await writeAt(descriptor, 0, kept.subarray(0, sizeBytes));
    letGo();
    return descriptor;
  };
  const letGo = () => {
    if (kept !== null) memory.giveBack(kept);
    kept = null;
  };
  /** Runs work on the file that a discard waits for. */
  const working = <T>(doing: string, work: () => Promise<T>): Promise<T> => {
    if (state !== 'open') return Promise.reject(new StorageError(`${doing}: the image is already ${state}`));
    const done = work().catch((error: unknown) => {
      state = 'given up'; // it may lack bytes
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
        if (descriptor === null && sizeBytes + chunk.length <= SMALL_BYTES) {
          kept ??= memory.take();
          kept.set(chunk, sizeBytes);
        } else await writeAt(descriptor ?? (await begin()), sizeBytes, chunk);
        sizeBytes += chunk.length;
      }),
    read: (offset, length) =>
      working('an image cannot be read', async () => {
        // A copy: others write there once this image has gone.
        if (descriptor === null) return Buffer.from(kept?.subarray(offset, Math.min(offset + length, sizeBytes)) ?? []);
        return readAt(descriptor, offset, Math.max(0, Math.min(length, sizeBytes - offset)));
      }),
    commit: (key) =>
      working('an image cannot be stored', async () => {
        checkedKey(key);
        if (descriptor === null) {
          await storeSmall({ temporaryPath, key, bytes: kept?.subarray(0, sizeBytes) ?? new Uint8Array() });
          letGo();
        } else {
          await syncData(descriptor);
          await commitFile(folders, close, temporaryPath, key);
        }
        state = 'committed';
      }),
    discard: () => {
      discarding ??= (async () => {
        await lastWork; // a commit under way decides first
        if (state === 'committed') return;
        state = 'discarded';
        letGo();
        await close().catch(() => undefined); // the file goes either way
        await rm(temporaryPath, { force: true });
      })().catch((error: unknown) => {
        throw toStorageError('an upload cannot be removed', error);
      });
      return discarding;
    },
  };
}
