import { mkdir } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { together } from '@ocrelay/batching';
import { closeFile, openFile, syncFile } from './fs-calls.ts';

/** The folders that committed images lie in. */
export interface DurableFolders {
  /** Creates the folder, relative to the root, with its parents, and makes them durable. Costs nothing once it is known. */
  ensure(folder: string): Promise<void>;
  /** Makes what was renamed into the folder durable. */
  sync(folder: string): Promise<void>;
  /** Forgets that a folder exists: somebody removed it. */
  forget(folder: string): void;
}

/** A rename is durable only when its folder is, and a new folder only when its parent is. */
export function durableFolders(root: string): DurableFolders {
  const known = new Set<string>();
  // One sync makes all renames before it durable: those that come while one is under way share the next.
  const sync = together(
    async (folders: readonly string[]) => {
      await Promise.all([...new Set(folders)].map((folder) => syncFolder(join(root, folder))));
      return folders;
    },
    { mostAtOnce: 1_000, underWay: 1 },
  );
  return {
    async ensure(folder) {
      if (known.has(folder)) return;
      const first = await mkdir(join(root, folder), { recursive: true });
      // From the parent of the last folder up to the parent of the first that is new.
      if (first !== undefined) {
        const top = dirname(first);
        for (let at = dirname(join(root, folder)); ; at = dirname(at)) {
          await syncFolder(at);
          if (at === top || relative(top, at).startsWith(`..${sep}`) || at === root) break;
        }
      }
      known.add(folder);
    },
    sync: async (folder) => void (await sync(folder)),
    forget: (folder) => void known.delete(folder),
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
