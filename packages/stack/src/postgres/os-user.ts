import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/** A user of the operating system. */
export interface OsUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** In the order of preference. `nobody` is everywhere, so no user has to be made. */
const CANDIDATES = ['postgres', 'nobody'];

/**
 * Postgres refuses to run as root. Null: the user of this process will do. Otherwise the one to run it as: who owns the
 * cluster that is there already, or the first candidate that exists.
 * @throws Error when there is no such user.
 */
export async function postgresUser(cluster: string): Promise<OsUser | null> {
  if (process.getuid?.() !== 0) return null;
  const users = parsePasswd(await readFile('/etc/passwd', 'utf8'));
  const owner = await stat(cluster).catch(() => null);
  const user =
    (owner === null ? undefined : users.find(({ uid }) => uid === owner.uid && uid !== 0)) ??
    CANDIDATES.map((name) => users.find((one) => one.name === name)).find((one) => one !== undefined);
  if (user === undefined) {
    throw new Error(`Postgres does not run as root, and this system has no user ${CANDIDATES.join(' or ')} for it`);
  }
  return user;
}

function parsePasswd(passwd: string): OsUser[] {
  return passwd
    .split('\n')
    .map((line) => line.split(':'))
    .map(([name = '', , uid = '', gid = '']) => ({ name, uid: Number(uid), gid: Number(gid) }))
    .filter(({ name, uid }) => name !== '' && Number.isInteger(uid));
}

/** The outermost folder above `path` that the user may not enter, or null. */
export async function firstClosedFolder(path: string, user: OsUser): Promise<string | null> {
  const folders: string[] = [];
  for (let folder = dirname(resolve(path)); !folders.includes(folder); folder = dirname(folder))
    folders.unshift(folder);
  for (const folder of folders) {
    const { mode, uid, gid } = await stat(folder);
    const mayEnter = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & mayEnter) === 0) return folder;
  }
  return null;
}
