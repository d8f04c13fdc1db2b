import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { firstClosedFolder, postgresUser } from './os-user.ts';

/** Where root's clusters go that Postgres' user could not enter elsewhere: open to everybody, and kept between boots. */
const ELSEWHERE = '/var/lib/ocrelay';

/**
 * The folder of the cluster: `postgres` in the data folder. As root Postgres runs as another user, who may not enter a
 * home as root's; then it lies in a folder named for the data folder, where that user can.
 */
export async function clusterFolder(dataDir: string, log: (line: string) => void): Promise<string> {
  const inside = join(resolve(dataDir), 'postgres');
  const user = await postgresUser(inside);
  if (user === null) return inside;
  await mkdir(dirname(inside), { recursive: true });
  const closed = await firstClosedFolder(inside, user);
  if (closed === null) return inside;
  const name = createHash('sha256').update(resolve(dataDir)).digest('hex').slice(0, 16);
  const elsewhere = join(ELSEWHERE, name, 'postgres');
  log(
    `Postgres does not run as root, and its user "${user.name}" may not enter ${closed}: its data is in ${elsewhere}`,
  );
  return elsewhere;
}
