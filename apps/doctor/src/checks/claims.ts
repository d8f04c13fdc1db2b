import type { Database } from '@ocrelay/db';
import { LEASE_MS, rescueClaims, workersSeen } from '@ocrelay/tasks';
import type { Check, Patient } from '../check.ts';
import { counted, MOST_NAMED, ok, problem, warning } from '../finding.ts';

/** Rows that one statement moves. */
const BATCH = 500;
/** After a start of Postgres every worker looks dead until its next heartbeat: nobody is called so before then. */
const SETTLED_MS = 2 * LEASE_MS;

/** Whether every task that is claimed is held by a worker that lives. */
export const claims: Check = {
  name: 'claims',
  needs: ['postgres', 'migrations'],
  async run(patient) {
    const { database, installation } = patient;
    const dead = (await workersSeen(database.db)).filter((worker) => !worker.isAlive && worker.claims > 0);
    if (dead.length === 0) return [ok('Every task that is claimed is held by a living worker.')];
    const held = dead.reduce((sum, worker) => sum + worker.claims, 0);
    const message = `${counted(held, 'task')} held by ${counted(dead.length, 'dead worker')}.`;
    const about = dead.slice(0, MOST_NAMED).map(({ id }) => id);
    // One that was started for this check has no workers that could come back.
    if (installation.embedded !== 'stopped' && !(await isSettled(database))) {
      const remedy =
        'Postgres has only just started, and workers may still come back: run this again in half a minute.';
      return [warning(message, remedy, { about })];
    }
    const remedy = 'A living worker takes them over within seconds; --repair puts them back without one.';
    const ids = dead.map(({ id }) => id);
    return [problem(message, remedy, { about, repair: () => putBack(patient, ids) })];
  },
};

async function isSettled({ pool }: Database): Promise<boolean> {
  const { rows } = await pool.query<{ settled: boolean }>(
    `select pg_postmaster_start_time() < now() - $1 * interval '1 millisecond' as settled`,
    [SETTLED_MS],
  );
  return rows[0]?.settled === true;
}

/** As the reconciler of a worker does; one that has come back to life keeps what it holds. */
async function putBack({ database, queues }: Patient, dead: readonly string[]): Promise<string> {
  let moved = 0;
  for (;;) {
    const jobs = await rescueClaims(database.db, dead, BATCH);
    if (jobs.length === 0) break;
    moved += jobs.length;
    await queues.addBulk(jobs).catch(() => {}); // due by their rows: the check of the jobs comes after this one
  }
  return `Put back ${counted(moved, 'task')} of dead workers.`;
}
