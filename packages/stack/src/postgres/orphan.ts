import { readFile, readlink, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from '../process-identity.ts';

/** How long Postgres may take to end of its own will, and after being told to drop everything. In ms. */
const FAST_MS = 15_000;
const IMMEDIATE_MS = 5_000;

/**
 * Stops a Postgres that still runs on the cluster because what supervised it was killed. Call it under the lock of the
 * data folder: then nobody else can be using that Postgres.
 * @returns its pid, or null when there was none.
 * @throws Error when it does not end.
 */
export async function stopOrphan(cluster: string): Promise<number | null> {
  const pid = await postmasterPid(cluster);
  if (pid === null || !isAlive(pid)) return null;
  if (!(await isPostgresOn(pid, cluster))) {
    // The pid is another program's by now, and Postgres itself would take it for a living postmaster.
    await rm(join(cluster, 'postmaster.pid'), { force: true });
    return null;
  }
  await endPostgres(pid, FAST_MS, IMMEDIATE_MS);
  return pid;
}

/**
 * Ends a postmaster: first with SIGINT (connections are cut, a checkpoint is written), then SIGQUIT (recovers at the next
 * start), at last SIGKILL.
 */
export async function endPostgres(pid: number, fastMs: number, immediateMs: number): Promise<void> {
  const steps: ReadonlyArray<[NodeJS.Signals, number]> = [
    ['SIGINT', fastMs],
    ['SIGQUIT', immediateMs],
    ['SIGKILL', 2_000],
  ];
  for (const [signal, waitMs] of steps) {
    try {
      process.kill(pid, signal);
    } catch {
      return; // it has just ended
    }
    for (const until = Date.now() + waitMs; Date.now() < until; await sleep(20)) if (!isAlive(pid)) return;
  }
  if (isAlive(pid)) throw new Error(`Postgres (pid ${pid}) does not end`);
}

async function postmasterPid(cluster: string): Promise<number | null> {
  const content = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number(content.split('\n')[0]);
  return Number.isInteger(pid) && pid > 0 ? pid : null;
}

/** By its working folder, where the system shows it; else it is believed. */
async function isPostgresOn(pid: number, cluster: string): Promise<boolean> {
  const folder = await readlink(`/proc/${pid}/cwd`).catch(() => null);
  return folder === null || folder === (await realpath(cluster));
}
