import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ImageStoreMissingError, StorageError } from './errors.ts';
import { openFileStore } from './files/file-store.ts';
import type { ImageStore } from './image-store.ts';

/** How a store is opened. */
export interface OpenOptions {
  /**
   * What becomes of a store that is not there: it is left for later, since what is made in its place where a disk is not mounted would
   * pass for the store, and every image for lost (`make` makes it, for who knows better); or it is an ImageStoreMissingError (`throw`),
   * for who only looks.
   */
  readonly missing?: 'leave' | 'throw';
  /** The compiled file whose default export is `storeImages`: for programs that store many images, which a thread does then. */
  readonly thread?: URL;
}

/**
 * Opens the store a URL names: `file:///absolute/path`. Throws StorageError naming STORAGE_URL, the setting it comes from.
 */
export async function openImageStore(
  url: string,
  { missing = 'leave', thread }: OpenOptions = {},
): Promise<ImageStore> {
  if (!URL.canParse(url)) throw new StorageError('STORAGE_URL is not a URL; expected file:///absolute/path');
  const { protocol, search, hash, host } = new URL(url);
  if (protocol !== 'file:') {
    throw new StorageError(
      `STORAGE_URL has the scheme ${protocol.slice(0, -1)}, which is not supported; expected file:///absolute/path`,
    );
  }
  if (host !== '' || search !== '' || hash !== '') {
    throw new StorageError('STORAGE_URL must be a plain file:///absolute/path, without a host, query or fragment');
  }
  const folder = fileURLToPath(url);
  if (missing === 'throw' && !existsSync(folder)) throw new ImageStoreMissingError(folder);
  return openFileStore(folder, thread ?? null);
}
