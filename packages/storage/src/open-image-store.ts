import { fileURLToPath } from 'node:url';
import { StorageError } from './errors.ts';
import { openFileStore } from './files/file-store.ts';
import type { ImageStore } from './image-store.ts';

/**
 * Opens the store a URL names: `file:///absolute/path`, whose folder is created when missing. Throws StorageError naming
 * STORAGE_URL, the setting it comes from.
 */
export async function openImageStore(url: string): Promise<ImageStore> {
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
  return openFileStore(fileURLToPath(url));
}
