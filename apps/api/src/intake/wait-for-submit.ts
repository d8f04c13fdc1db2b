import { isDatabaseUnavailable } from '@ocrelay/db';
import type { Task } from '@ocrelay/tasks';
import { dependencyTrouble } from '@ocrelay/telemetry';
import type { Response } from 'express';
import type { ApiContext } from '../context.ts';
import { submitFailed, wasCancelled } from '../errors/catalogue.ts';
import { requireTask } from '../operations/require-task.ts';
import { leftSignal } from '../server/left-signal.ts';

/** How often the row is looked at when no wake-up comes; wake-ups are hints and may be lost. */
const LOOK_EVERY_MS = 500;

/** A task that has got so far. */
export interface Submitted {
  /** Null for a document that is read page by page. */
  readonly ocrJobId: string | null;
}

/**
 * Waits until the OCR service has a started task's image: at most `START_WAIT_MS`, not longer than the client, and not
 * when the server stops. Holds a timer and a listener, no connection of the database.
 * @returns also when the task is further by then; null when it is not there yet.
 * @throws ApiError when the submit failed for good, the task was cancelled, or it went away.
 */
export async function waitForSubmit(context: ApiContext, taskId: string, res: Response): Promise<Submitted | null> {
  const { config, wakeUps, draining } = context;
  const untilMs = performance.now() + config.startWaitMs;
  const over = new AbortController();
  const ending = leftSignal(res, draining, over.signal);
  try {
    for (;;) {
      const leftMs = untilMs - performance.now();
      // Listening begins before the look, so that a move between the two is not missed.
      const moved = wakeUps.waitFor(taskId, Math.max(0, Math.min(LOOK_EVERY_MS, leftMs)), ending.signal);
      const task = await look(context, taskId);
      if (task !== undefined) return submittedAs(task);
      if (ending.signal.aborted || leftMs <= 0) return null;
      await moved;
    }
  } finally {
    over.abort();
    ending.release();
  }
}

/** The task once its submit has ended; undefined until then. The start is committed, so an outage now only means: not known yet. */
async function look({ database, log }: ApiContext, taskId: string): Promise<Task | undefined> {
  try {
    const task = await requireTask(database.db, taskId);
    return task.status === 'queued' ? undefined : task;
  } catch (error) {
    if (!isDatabaseUnavailable(error)) throw error;
    dependencyTrouble(log, 'postgres', error);
    return undefined;
  }
}

function submittedAs(task: Task): Submitted {
  if (task.status === 'cancelled') throw wasCancelled(task.id);
  // With a job id the submit went well, whatever came of the job since.
  const { ocrJobId } = task;
  if (ocrJobId !== null || (task.openPages !== null && task.status !== 'ocr_failed')) return { ocrJobId };
  throw submitFailed(task.id, task.errorCode ?? 'ocr_unavailable', task.errorMessage);
}
