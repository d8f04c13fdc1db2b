import { mkdir, rm } from 'node:fs/promises';
import { dirname, join, posix, relative, sep } from 'node:path';
import { together } from '@ocrelay/batching';
import { systemCode } from '../errors.ts';
import { closeFile, openFile, renameFile, syncFile } from './fs-calls.ts';

/** The folders that committed images lie in. */
export interface DurableFolders {
  /** Moves a file to where its key says, durably: into a folder that is made where there is none. */
  moveIn(path: string, key: string): Promise<void>;
  /** Removes what is under a key; nothing is fine. */
  remove(key: string): Promise<void>;
}

/** A rename is durable only when its folder is, and a new folder only when its parent is. */
export function durableFolders(root: string): DurableFolders {
  const known = new Set<string>();
  // One sync makes all renames before it durable: those that come while one is under way share the next.
  const sync = together(
    async (folders: readonly string[]) => {
      await Promise.all([...new Set(folders)].map(syncFolder));
      return folders;
    },
    { mostAtOnce: 1_000, underWay: 1 },
  );
  const ensure = async (folder: string) => {
    if (known.has(folder)) return;
    const first = await mkdir(folder, { recursive: true });
    // From the parent of the last folder up to the parent of the first that is new.
    if (first !== undefined) {
      const top = dirname(first);
      for (let at = dirname(folder); ; at = dirname(at)) {
        await syncFolder(at);
        if (at === top || relative(top, at).startsWith(`..${sep}`) || at === root) break;
      }
    }
    known.add(folder);
  };
  return {
    async moveIn(path, key) {
      const folder = join(root, posix.dirname(key));
      const target = join(root, key);
      await ensure(folder);
      try {
        await renameFile(path, target);
      } catch (error) {
        if (systemCode(error) !== 'ENOENT') throw error;
        known.delete(folder); // somebody removed it
        await ensure(folder);
        await renameFile(path, target);
      }
      await sync(folder);
    },
    remove: (key) => rm(join(root, key), { force: true }),
  };
}

async function syncFolder(path: string): Promise<void> {
  const descriptor = await openFile(path, 'r');
  try {
    await syncFile(descriptor);
  } finally {
    await closeFile(descriptor);
  }
}
