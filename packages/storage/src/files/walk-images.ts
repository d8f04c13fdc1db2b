import type { Dir, Dirent } from 'node:fs';
import { opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode, toStorageError } from '../errors.ts';
import { isImageKey } from '../image-key.ts';

/** The keys of all files under a folder, in no order, as the disk gives them: no folder is in memory as a whole. */
export async function* walkImages(root: string, folder: string): AsyncGenerator<string> {
  for await (const entry of entriesOf(join(root, folder))) {
    const key = `${folder}/${entry.name}`;
    if (entry.isDirectory()) yield* walkImages(root, key);
    else if (entry.isFile() && isImageKey(key)) yield key;
  }
}

/** What lies in a folder; nothing when there is none. */
export async function* entriesOf(path: string): AsyncGenerator<Dirent> {
  let folder: Dir;
  try {
    folder = await opendir(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return;
    throw toStorageError('images cannot be listed', error);
  }
  yield* folder; // closes it, also when nobody reads on
}
