import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DataDirUnusable } from '../data-dir-unusable.ts';
import type { Binaries } from './binaries.ts';
import { firstClosedFolder, type OsUser } from './os-user.ts';

/** The major version that the embedded binaries read and write. */
const MAJOR = '18';
export const SUPERUSER = 'ocrelay';

/**
 * Makes the cluster when there is none: UTF-8, the locale C.UTF-8 that Postgres brings itself (so nothing depends on what
 * the system has), passwords by SCRAM for everybody. An interrupted run leaves nothing that looks like a cluster.
 * @throws Error when the folder holds a cluster of another major version, or Postgres' user cannot enter it.
 */
export async function ensureCluster(
  cluster: string,
  binaries: Binaries,
  user: OsUser | null,
  password: string,
  durable: boolean,
): Promise<void> {
  await mkdir(dirname(cluster), { recursive: true });
  if (user !== null) await checkReachable(cluster, user);
  if (existsSync(join(cluster, 'PG_VERSION'))) return checkVersion(cluster);
  const draft = `${cluster}.draft`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  const secret = await mkdtemp(join(tmpdir(), 'ocrelay-'));
  const passwordFile = join(secret, 'password');
  try {
    await writeFile(passwordFile, password, { mode: 0o600 });
    if (user !== null) {
      await chown(draft, user.uid, user.gid);
      await chown(passwordFile, user.uid, user.gid);
      await chown(secret, user.uid, user.gid);
    }
    await initdb(binaries.initdb, draft, passwordFile, user, durable);
    await chmod(draft, 0o700);
    await rename(draft, cluster);
  } finally {
    await rm(secret, { recursive: true, force: true });
    await rm(draft, { recursive: true, force: true });
  }
}

async function checkReachable(cluster: string, user: OsUser): Promise<void> {
  const closed = await firstClosedFolder(cluster, user);
  if (closed === null) return;
  throw new DataDirUnusable(
    `Postgres does not run as root but as the user "${user.name}", who may not enter ${closed}. ` +
      'Set DATA_DIR to a folder that everybody may enter (/var/lib/ocrelay), start as an ordinary user, or give DATABASE_URL.',
  );
}

async function checkVersion(cluster: string): Promise<void> {
  const version = (await readFile(join(cluster, 'PG_VERSION'), 'utf8')).trim();
  if (version === MAJOR) return;
  throw new DataDirUnusable(
    `${cluster} was made by Postgres ${version}, and this one is ${MAJOR}, which cannot read it. ` +
      `Move its data with pg_dump and pg_restore of Postgres ${version}, or set another DATA_DIR.`,
  );
}

function initdb(
  program: string,
  cluster: string,
  passwordFile: string,
  user: OsUser | null,
  durable: boolean,
): Promise<void> {
  const args = [
    `--pgdata=${cluster}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-instructions',
    ...(durable ? [] : ['--no-sync']),
  ];
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      ...(user === null ? {} : { uid: user.uid, gid: user.gid }),
      cwd: cluster,
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`initdb ended with code ${code}:\n${output.trim()}`));
    });
  });
}
