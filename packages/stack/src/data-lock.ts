import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive, processIdentity } from './process-identity.ts';

/** Another process works on the data folder; the message says which and since when. */
export class DataDirInUse extends Error {
  override readonly name = 'DataDirInUse';
}

export interface DataLock {
  /** Who had it before died without releasing it. */
  readonly afterCrash: boolean;
  release(): void;
}

interface Holder {
  readonly pid: number;
  readonly identity: string;
  readonly since: string;
}

/**
 * Makes the data folder this process's own, until it releases it or dies.
 *
 * Holders are numbered files: who finds the newest one released or its process dead makes the next number, which the
 * file system grants once. A lock that may be alive is never removed to take it, so two that find a dead one at the same
 * time can't both win.
 * @throws DataDirInUse when a living process has it.
 */
export function lockDataDir(dataDir: string): DataLock {
  const folder = join(dataDir, 'lock');
  mkdirSync(folder, { recursive: true });
  for (;;) {
    const newest = numbers(folder).at(-1) ?? 0;
    const holder = newest === 0 ? null : readHolder(join(folder, String(newest)));
    if (holder !== null && lives(holder)) {
      throw new DataDirInUse(
        `${dataDir} is in use: Ocrelay runs on it as process ${holder.pid} since ${holder.since}. Stop that one, or set another DATA_DIR.`,
      );
    }
    const mine = join(folder, String(newest + 1));
    if (!create(mine)) continue;
    const all = numbers(folder);
    if (all.some((number) => number > newest + 1)) {
      release(mine); // this number had been used and pruned
      continue;
    }
    for (const number of all.slice(0, -KEPT)) rmSync(join(folder, String(number)), { force: true });
    return { afterCrash: holder !== null, release: () => release(mine) };
  }
}

/** Who works on the data folder now; null when nobody does. Takes nothing, and makes nothing. */
export function dataDirHolder(dataDir: string): { readonly pid: number; readonly since: string } | null {
  const folder = join(dataDir, 'lock');
  const newest = existsSync(folder) ? numbers(folder).at(-1) : undefined;
  const holder = newest === undefined ? null : readHolder(join(folder, String(newest)));
  return holder !== null && lives(holder) ? holder : null;
}

function lives(holder: Holder): boolean {
  return isAlive(holder.pid) && processIdentity(holder.pid) === holder.identity;
}

/** Numbers kept although they are free, so that who has just listed the folder does not take one twice. */
const KEPT = 8;

function create(file: string): boolean {
  const draft = `${file}.${process.pid}`;
  const holder: Holder = {
    pid: process.pid,
    identity: processIdentity(process.pid),
    since: new Date().toISOString(),
  };
  writeFileSync(draft, JSON.stringify(holder));
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function release(file: string): void {
  writeFileSync(`${file}.free`, 'null');
  renameSync(`${file}.free`, file);
}

function readHolder(file: string): Holder | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Holder | null;
  } catch {
    return null; // pruned meanwhile: making the next number shows that it was
  }
}

function numbers(folder: string): number[] {
  return readdirSync(folder)
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);
}
