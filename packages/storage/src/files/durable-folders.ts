import { mkdir, rm } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { together } from '@ocrelay/batching';
import { systemCode } from '../errors.ts';
import { renameFile, syncFolder } from './fs-calls.ts';

/** The folders that committed images lie in. */
export interface DurableFolders {
  /** Moves a file to where its key says, durably: into a folder that is made where there is none. */
  moveIn(path: string, key: string): Promise<void>;
  /** Removes what is under a key; nothing is fine. */
  remove(key: string): Promise<void>;
}

/** A rename is durable only when its folder is, and a new folder only when its parent is. */
export function durableFolders(root: string): DurableFolders {
  const made = new Map<string, Promise<void>>();
  // One sync makes all renames before it durable: those that come while one is under way share the next.
  const sync = together(
    async (folders: readonly string[]) => {
      const faults = new Map<string, unknown>();
      const syncOne = (folder: string) => syncFolder(folder).catch((error: unknown) => void faults.set(folder, error));
      await Promise.all([...new Set(folders)].map(syncOne));
      return folders.map((folder) => faults.get(folder));
    },
    { mostAtOnce: 1_000, underWay: 1 },
  );
  const ensure = (folder: string): Promise<void> => {
    const before = made.get(folder);
    if (before !== undefined) return before;
    const making = makeDurable(root, folder);
    made.set(folder, making);
    making.catch(() => made.delete(folder));
    return making;
  };
  return {
    async moveIn(path, key) {
      const folder = posix.dirname(key);
      const target = join(root, key);
      await ensure(folder);
      try {
        await renameFile(path, target);
      } catch (error) {
        if (systemCode(error) !== 'ENOENT') throw error;
        made.delete(folder); // somebody removed it
        await ensure(folder);
        await renameFile(path, target);
      }
      const fault = await sync(join(root, folder));
      if (fault !== undefined) throw fault;
    },
    remove: (key) => rm(join(root, key), { force: true }),
  };
}

/** Makes a folder of the store where there is none. Its parents are synced in any case: whoever made them may not have come to that yet. */
async function makeDurable(root: string, folder: string): Promise<void> {
  await mkdir(join(root, folder), { recursive: true });
  for (let at = folder; at !== '.'; ) {
    at = posix.dirname(at);
    await syncFolder(join(root, at));
  }
}
