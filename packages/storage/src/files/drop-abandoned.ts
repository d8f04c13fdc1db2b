import { randomUUID } from 'node:crypto';
import { open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode, toWriteError } from '../errors.ts';
import { entriesOf } from './walk-images.ts';

/** Removes, at most `limit`, files that nobody has written to for so long. Returns how many. */
export async function dropAbandoned(folder: string, unwrittenForMs: number, limit: number): Promise<number> {
  let dropped = 0;
  try {
    const before = (await clockOf(folder)) - unwrittenForMs;
    for await (const entry of entriesOf(folder)) {
      const path = join(folder, entry.name);
      if (!entry.isFile() || (await writtenAtMs(path)) >= before) continue;
      await rm(path, { force: true });
      dropped += 1;
      if (dropped >= limit) break;
    }
  } catch (error) {
    throw toWriteError('what uploads left behind cannot be removed', error);
  }
  return dropped;
}

/** The time by the clock that the files' times are of: on a network file system not ours. */
async function clockOf(folder: string): Promise<number> {
  const path = join(folder, randomUUID());
  const handle = await open(path, 'wx');
  try {
    return (await handle.stat()).mtimeMs;
  } finally {
    await handle.close();
    await rm(path, { force: true });
  }
}

/** Infinitely late for one that is gone: it was committed, discarded, or swept by somebody else. */
async function writtenAtMs(path: string): Promise<number> {
  try {
    return (await stat(path)).mtimeMs;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return Number.POSITIVE_INFINITY;
    throw error;
  }
}
