import { constants } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { StorageError, systemCode, toStorageError, toWriteError } from '../errors.ts';
import { checkedKey } from '../image-key.ts';
import type { PendingImage } from '../image-store.ts';
import type { DurableFolders } from './durable-folders.ts';
import { closeFile, openFile, readAt, renameFile, syncData, writeAt } from './fs-calls.ts';
import { spareMemory } from './spare-memory.ts';

interface Place {
  readonly temporaryPath: string;
  readonly root: string;
  readonly folders: DurableFolders;
}

/** An image of at most so many bytes is kept in memory until its commit, and then written at once. */
const SMALL_BYTES = 256 * 1024;

/** 16 MiB at the most stay for images to come. */
const memory = spareMemory(SMALL_BYTES, 64);

/** With this each write is durable when it ends: on Linux as after `fdatasync`, elsewhere it means less, or there is none. */
const DURABLE_WRITES = process.platform === 'linux' ? constants.O_DSYNC : null;

/**
 * A file under its temporary name, from the moment in which the image is no longer small, or committed. The file is open before the
 * first byte is written, and unlinked only after it was closed and the last write ended: an upload that is aborted
 * at any byte leaves neither.
 */
export function createPendingFile({ temporaryPath, root, folders }: Place): PendingImage {
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
  const begin = async (flags: number): Promise<number> => {
    descriptor = await openFile(temporaryPath, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | flags);
    if (kept !== null) await writeAt(descriptor, 0, kept.subarray(0, sizeBytes));
    letGo();
    return descriptor;
  };
  const letGo = () => {
    if (kept !== null) memory.giveBack(kept);
    kept = null;
  };
  /** All bytes on the disk, in an open file. */
  const makeDurable = async () => {
    if (descriptor === null && DURABLE_WRITES !== null) await begin(DURABLE_WRITES);
    else await syncData(descriptor ?? (await begin(0)));
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
        } else await writeAt(descriptor ?? (await begin(0)), sizeBytes, chunk);
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
        const path = join(root, checkedKey(key));
        await makeDurable();
        try {
          // At once: a name needs no descriptor. Both have ended before anything is removed.
          const ended = await Promise.allSettled([close(), moveInto(folders, posix.dirname(key), temporaryPath, path)]);
          for (const one of ended) if (one.status === 'rejected') throw one.reason;
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

async function moveInto(folders: DurableFolders, folder: string, from: string, to: string): Promise<void> {
  await folders.ensure(folder);
  try {
    await renameFile(from, to);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
    folders.forget(folder);
    await folders.ensure(folder);
    await renameFile(from, to);
  }
}
