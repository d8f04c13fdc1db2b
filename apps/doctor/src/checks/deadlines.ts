import { createWakeUpSender } from '@ocrelay/db';
import { expireDeadlines, overdueTasks } from '@ocrelay/tasks';
import type { Check, Patient } from '../check.ts';
import { counted, MOST_NAMED, ok, problem } from '../finding.ts';

/** Reconcilers end such tasks every few seconds; what is older than that nobody has ended. In ms. */
const GRACE_MS = 30_000;
const BATCH = 500;

/** Whether tasks end when their time is up. */
export const deadlines: Check = {
  name: 'deadlines',
  needs: ['postgres', 'migrations'],
  async run(patient) {
    const late = await overdueTasks(patient.database.db, GRACE_MS, BATCH);
    if (late.length === 0) return [ok('No task is past its deadline.')];
    const count = late.length < BATCH ? counted(late.length, 'task') : `${BATCH} tasks or more`;
    return [
      problem(
        `${count} past the deadline, and still in progress.`,
        'A living worker ends them within seconds; --repair does without one. They can be retried then.',
        { about: late.slice(0, MOST_NAMED), repair: () => end(patient) },
      ),
    ];
  },
};

async function end({ database }: Patient): Promise<string> {
  const wakeUps = createWakeUpSender(database.pool);
  let ended = 0;
  for (;;) {
    const expired = await expireDeadlines(database.db, BATCH);
    if (expired.length === 0) break;
    ended += expired.length;
    for (const { taskId } of expired) wakeUps.taskTaken(taskId);
  }
  return `Ended ${counted(ended, 'task')} past the deadline (deadline_exceeded).`;
}
