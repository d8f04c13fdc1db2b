import {
  alteredResults,
  doneWithoutResult,
  dropStrayResults,
  findTask,
  readAgain,
  strayResults,
  type TaskRun,
} from '@ocrelay/tasks';
import type { Check, Patient } from '../check.ts';
import { counted, type Finding, ok, problem } from '../finding.ts';
import { createNamed, type Named } from '../named.ts';
import { verifyImage } from '../verify-image.ts';

const PAGE = 500;
/** What Postgres hashes in one statement, bytes; it has 30 s for that. */
const HASHED_BYTES = 256 * 1_048_576;

/** Whether every done task has its one result, no other task has one, and all are as they were stored. */
export const results: Check = {
  name: 'results',
  needs: ['postgres', 'migrations'],
  async run(patient) {
    const { db } = patient.database;
    const findings: Finding[] = [];
    const missing = await tasksOf(doneWithoutResult(db, PAGE), patient.stopping);
    if (missing.count > 0) {
      const message = `${counted(missing.count, 'done task')} without a result.`;
      const remedy =
        'Restore the rows of ocr_results from a backup; or --repair has them read again, where the image is as it was uploaded.';
      findings.push(problem(message, remedy, { about: missing.names, repair: () => haveReadAgain(patient) }));
    }
    const stray = await tasksOf(strayResults(db, PAGE), patient.stopping);
    if (stray.count > 0) {
      const message = `${counted(stray.count, 'result')} of tasks that are not done; those tasks cannot end.`;
      const remedy =
        '--repair removes such results: the API gives them to nobody, and the tasks are read in their turn.';
      findings.push(problem(message, remedy, { about: stray.names, repair: () => dropStray(patient) }));
    }
    if (!patient.quick) {
      const altered = await tasksOf(alteredResults(db, PAGE, HASHED_BYTES), patient.stopping);
      if (altered.count > 0) {
        const message = `${counted(altered.count, 'result')} with other bytes than were stored (raw_sha256).`;
        const remedy =
          'Not to be mended: restore them from a backup, or delete these tasks and upload their images again.';
        findings.push(problem(message, remedy, { about: altered.names }));
      }
    }
    if (findings.length > 0) return findings;
    return [ok(`Every done task has its one result${patient.quick ? '' : ', byte for byte as it was stored'}.`)];
  },
};

async function tasksOf(pages: AsyncGenerator<TaskRun[]>, stopping: AbortSignal): Promise<Named> {
  const named = createNamed();
  for await (const page of pages) {
    for (const { taskId } of page) named.add(taskId);
    if (stopping.aborted) break;
  }
  return named;
}

/** Only what can be read to a good end is put on its way again: a task whose image is gone keeps what it has. */
async function haveReadAgain({ database, queues, images, config, stopping }: Patient): Promise<string> {
  let started = 0;
  let left = 0;
  const store = await images().catch(() => null);
  for await (const page of doneWithoutResult(database.db, PAGE)) {
    for (const run of page) {
      const task = await findTask(database.db, run.taskId);
      if (task === null || store === null) continue;
      const state = await verifyImage(store, { ...task, taskId: task.id }, false, stopping);
      const job = state.kind === 'good' ? await readAgain(database.db, run, config.taskDeadlineMs) : null;
      if (job === null) {
        left += 1;
        continue;
      }
      started += 1;
      await queues.addBulk([job]).catch(() => {}); // due by its row
    }
  }
  const rest = left > 0 ? ` ${counted(left, 'task')} left as they are: the image is missing or altered.` : '';
  return `Had ${counted(started, 'done task')} without a result read again.${rest}`;
}

async function dropStray({ database }: Patient): Promise<string> {
  let dropped = 0;
  for await (const page of strayResults(database.db, PAGE)) {
    dropped += await dropStrayResults(
      database.db,
      page.map(({ taskId }) => taskId),
    );
  }
  return `Removed ${counted(dropped, 'result')} of tasks that are not done.`;
}
