import { readFile } from 'node:fs/promises';

/**
 * How many processes the kernel has killed for want of memory since it booted. Tells such a kill from `kill -9`, which
 * look the same to the parent.
 * @returns null where the kernel does not say: not Linux, or an old one.
 */
export async function outOfMemoryKills(): Promise<number | null> {
  try {
    const count = /^oom_kill (\d+)$/m.exec(await readFile('/proc/vmstat', 'utf8'))?.[1];
    return count === undefined ? null : Number(count);
  } catch {
    return null;
  }
}
