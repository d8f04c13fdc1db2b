import { allUnclaimed, countParked, type WorkerSeen, workersSeen } from '@ocrelay/tasks';
import type { Check } from '../check.ts';
import { counted, type Finding, note, ok, problem, warning } from '../finding.ts';
import type { Installation } from '../installation.ts';

/** Whether anybody is there to do the work. */
export const workers: Check = {
  name: 'workers',
  needs: ['postgres', 'migrations'],
  async run({ database, installation }) {
    const seen = await workersSeen(database.db);
    const first = await allUnclaimed(database.db, 1).next();
    const workWaits =
      first.done !== true || seen.some(({ claims }) => claims > 0) || (await countParked(database.db, 1)) > 0;
    return [judgeWorkers(seen, workWaits, installation.embedded)];
  },
};

/** @param workWaits whether a task is in progress. */
export function judgeWorkers(
  seen: readonly WorkerSeen[],
  workWaits: boolean,
  embedded: Installation['embedded'],
): Finding {
  const living = seen.filter(({ isAlive }) => isAlive);
  if (living.length > 0) {
    const hosts = [...new Set(living.map(({ registered }) => registered?.hostname))].join(', ');
    return ok(`${counted(living.length, 'worker')} living, on ${hosts}.`);
  }
  if (embedded === 'stopped') return note('No worker runs; npm start brings one.');
  const remedy = 'npm run start:worker, as many as you like.';
  return workWaits
    ? problem('No worker lives, and tasks wait for one.', remedy)
    : warning('No worker lives; what is started will wait for one.', remedy);
}
