import type { JobWhereabouts } from '@ocrelay/queue';
import {
  abandonedTasks,
  allUnclaimed,
  type DueJob,
  LEASE_MS,
  longDue,
  redispatch,
  takeUpAbandoned,
  workersSeen,
} from '@ocrelay/tasks';
import type { Check, Patient } from '../check.ts';
import { counted, type Finding, MOST_NAMED, ok, problem, reasonOf } from '../finding.ts';
import { createNamed } from '../named.ts';

const BATCH = 500;
/** What has been due for less may be on its way into the queue, or be added by the next round of a reconciler. In ms. */
const GRACE_MS = LEASE_MS;

/** Whether every task in progress that nobody holds is going to be taken up: it has a due time, and then a job. */
export const jobs: Check = {
  name: 'jobs',
  needs: ['postgres', 'migrations', 'queue'],
  async run(patient) {
    const findings = [await judgeAbandoned(patient), await judgeQueue(patient)].filter((finding) => finding !== null);
    return findings.length > 0 ? findings : [ok('Every task in progress has an owner or a job.')];
  },
};

async function judgeAbandoned({ database, queues }: Patient): Promise<Finding | null> {
  const lost = await abandonedTasks(database.db, BATCH);
  if (lost.length === 0) return null;
  const count = lost.length < BATCH ? counted(lost.length, 'task') : `${BATCH} tasks or more`;
  return problem(
    `${count} in progress with neither an owner nor a due time.`,
    'A constraint of the tables forbids that: were they restored as a whole? --repair makes them due.',
    {
      about: lost.slice(0, MOST_NAMED),
      async repair() {
        let moved = 0;
        for (;;) {
          const due = await takeUpAbandoned(database.db, BATCH);
          if (due.length === 0) break;
          moved += due.length;
          await queues.addBulk(due).catch(() => {}); // due by their rows
        }
        return `Made ${counted(moved, 'task')} due that nothing would have happened to.`;
      },
    },
  );
}

async function judgeQueue(patient: Patient): Promise<Finding | null> {
  const { database, queues, config } = patient;
  const repair = () => rebuild(patient);
  const nothingWaits = (await allUnclaimed(database.db, 1).next()).done === true;
  const intact = await queues.areIntact().catch((error: unknown) => reasonOf(error));
  if (intact !== true && nothingWaits) return null; // also before the first worker has started
  if (typeof intact === 'string') {
    const remedy =
      config.redisUrl === null
        ? 'A worker makes the schema of the queues when it starts; --repair does too.'
        : 'Look at the log of Redis.';
    return problem(`The queue cannot be asked: ${intact}`, remedy, { repair });
  }
  if (!intact) {
    const remedy = 'A living worker fills it again within seconds; --repair does without one.';
    return problem('The queue has lost its data, and tasks wait for jobs.', remedy, { repair });
  }
  const lost = createNamed();
  for await (const page of missingJobs(patient))
    for (const { taskId } of [...page.absent, ...page.buried]) lost.add(taskId);
  if (lost.count === 0) return null;
  return problem(
    `${counted(lost.count, 'task')} due without a job in the queue.`,
    'A living worker adds them in turn; --repair does without one.',
    { about: lost.names, repair: () => addMissing(patient) },
  );
}

/** Everything that waits gets its job again, as a reconciler does. */
async function rebuild({ database, queues }: Patient): Promise<string> {
  await queues.heal();
  let added = 0;
  for await (const page of allUnclaimed(database.db, BATCH)) {
    await queues.addBulk(page);
    added += page.length;
  }
  await queues.markIntact(); // last: whoever dies on the way leaves the loss to be seen by the next
  return `Filled the queue again with ${counted(added, 'job')}.`;
}

async function addMissing(patient: Patient): Promise<string> {
  let added = 0;
  for await (const { absent, buried } of missingJobs(patient)) {
    // The rows may have moved on since: a job that is added for nothing is stale and stops quietly.
    const renewed = await redispatch(patient.database.db, buried);
    await patient.queues.addBulk([...absent, ...renewed]);
    added += absent.length + renewed.length;
  }
  return `Added ${counted(added, 'job')} that the queue had lost.`;
}

/** What is due and not in the queue; or there and finished without a claim, so that a job needs another id. */
async function* missingJobs({
  database,
  queues,
  stopping,
}: Patient): AsyncGenerator<{ readonly absent: DueJob[]; readonly buried: DueJob[] }> {
  const someoneWorks = (await workersSeen(database.db)).some(({ isAlive }) => isAlive);
  for await (const due of longDue(database.db, GRACE_MS, BATCH)) {
    if (stopping.aborted) return;
    const whereabouts = await queues.whereabouts(due, GRACE_MS);
    const at = (...where: JobWhereabouts[]) => due.filter((_, index) => where.includes(whereabouts[index] ?? 'absent'));
    // Delayed although it is long due: added by a process whose clock is ahead. Where nobody works it only has nobody who
    // would take it out of its delay.
    yield { absent: at('absent'), buried: someoneWorks ? at('finished', 'delayed', 'held') : at('finished') };
  }
}
