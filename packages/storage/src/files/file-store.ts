import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, rm, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { ImageMissingError, systemCode, toStorageError, toWriteError } from '../errors.ts';
import { checkedKey } from '../image-key.ts';
import type { ImageStore, StoredImage } from '../image-store.ts';
import { dropAbandoned } from './drop-abandoned.ts';
import { durableFolders } from './durable-folders.ts';
import { closeFile, openFile, readAt, syncFolder } from './fs-calls.ts';
import { createPendingFile } from './pending-file.ts';
import { type SmallImage, storeSmall } from './store-small.ts';
import { createStoringThread } from './storing-thread.ts';
import { walkImages } from './walk-images.ts';

/** Where uploads are written until they are committed; what a crash leaves here is garbage. */
const INCOMING = 'incoming';
/** Where all keys begin. */
const IMAGES = 'images';

/**
 * A store in a folder, which need not be there yet.
 * @param thread the compiled file whose default export is `storeImages`: then small images are stored by a thread.
 */
export function openFileStore(root: string, thread: URL | null): ImageStore {
  const incoming = join(root, INCOMING);
  const folders = durableFolders(root);
  const storing = thread === null ? null : createStoringThread(thread, root);
  const store = storing?.store ?? ((image: SmallImage) => storeSmall(folders, image));
  const temporaryPath = () => join(incoming, randomUUID());
  return {
    create: () => createPendingFile({ temporaryPath: temporaryPath(), folders, storeSmall: store }),
    open: async (key, signal) => openImage(join(root, checkedKey(key)), key, signal),
    read: async (key, mostBytes) => readImage(join(root, checkedKey(key)), key, mostBytes),
    delete: async (key) => deleteFile(join(root, checkedKey(key))),
    list: () => walkImages(root, IMAGES),
    dropAbandoned: (unwrittenForMs, limit) => dropAbandoned(incoming, unwrittenForMs, limit),
    freeBytes: () => freeBytes(root),
    // The folder itself tells nothing: where a disk is not mounted it is there, and empty. Copies may lack what was empty.
    exists: async () => existsSync(incoming) || existsSync(join(root, IMAGES)),
    make: () => makeFolder(root, incoming),
    checkWritable: () => writeProbe(temporaryPath()),
    close: async () => storing?.close(),
  };
}

/** What it makes is durable once it resolves, however many folders above the store's own were missing. */
async function makeFolder(root: string, incoming: string): Promise<void> {
  try {
    const topmost = await mkdir(incoming, { recursive: true });
    if (topmost === undefined) return;
    for (let made = incoming; made.length >= topmost.length; made = dirname(made)) await syncFolder(dirname(made));
  } catch (error) {
    throw toStorageError(`STORAGE_URL: the folder ${root} cannot be used`, error);
  }
}

async function readImage(path: string, key: string, mostBytes: number): Promise<Buffer> {
  try {
    const descriptor = await openFile(path, 'r');
    try {
      return await readAt(descriptor, 0, mostBytes);
    } finally {
      await closeFile(descriptor);
    }
  } catch (error) {
    throw asMissing(error, key) ?? toStorageError('the image cannot be read', error);
  }
}

async function openImage(path: string, key: string, signal?: AbortSignal): Promise<StoredImage> {
  try {
    const handle = await open(path, 'r');
    try {
      const stat = await handle.stat();
      if (!stat.isFile()) throw new ImageMissingError(key);
      signal?.throwIfAborted();
      const stream: Readable = handle.createReadStream(signal === undefined ? {} : { signal });
      return { stream, sizeBytes: stat.size };
    } catch (error) {
      await handle.close();
      throw error;
    }
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw asMissing(error, key) ?? toStorageError('the image cannot be opened', error);
  }
}

/** No such file, a folder in the way, or a file where a folder should be: there is no such image. */
function asMissing(error: unknown, key: string): ImageMissingError | null {
  if (error instanceof ImageMissingError) return error;
  const code = systemCode(error) ?? '';
  return ['ENOENT', 'ENOTDIR', 'EISDIR'].includes(code) ? new ImageMissingError(key, { cause: error }) : null;
}

async function deleteFile(path: string): Promise<void> {
  try {
    await rm(path, { force: true });
  } catch (error) {
    if (systemCode(error) === 'ENOTDIR') return; // nothing is stored under this key
    throw toStorageError('the image cannot be deleted', error);
  }
}

/** What this user may still write on the disk that the folder is on. */
async function freeBytes(path: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize;
  } catch (error) {
    throw toStorageError('the room for images is not known', error);
  }
}

/** Writes, and removes, one block: a full disk still creates empty files. */
async function writeProbe(path: string): Promise<void> {
  try {
    const handle = await open(path, 'wx');
    try {
      await handle.write(Buffer.alloc(4096));
    } finally {
      await handle.close();
      await rm(path, { force: true });
    }
  } catch (error) {
    throw toWriteError('images cannot be written', error);
  }
}
