/**
 * What becomes of a stored image when its row failed.
 *
 * When the database said no, or was never reached, the image goes at once. When the connection broke in the middle, the
 * row may be there after all: removing the image then would leave a task that can never be read. So the database is
 * asked, once no statement can be running any more; until it answers the image stays.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { findTask } from '@ocrelay/tasks';
import { imageLeftBehind } from '@ocrelay/telemetry';
import type { ApiContext } from '../context.ts';
import { UploadError } from '../upload/index.ts';

/** Longer than the longest statement: what was sent before has ended by then. */
const SETTLED_AFTER_MS = 35_000;
const ASK_AGAIN_MS = 10_000;
const ASK_AT_MOST = 360;

const NEVER_REACHED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOENT']);
const NEVER_CONNECTED = /timeout exceeded when trying to connect/;

/** All that Postgres has contain a digit, and no error of the system's of five letters does (EPIPE). */
const SQLSTATE = /^(?=.*\d)[0-9A-Z]{5}$/;

/** Whether the insert cannot have been committed: refused with an SQLSTATE, or never sent. */
export function isCertainlyNotCommitted(error: unknown): boolean {
  if (error instanceof UploadError) return true;
  for (let at = error; typeof at === 'object' && at !== null; at = 'cause' in at ? at.cause : null) {
    if (at instanceof AggregateError && at.errors.every(isCertainlyNotCommitted)) return true;
    const code = 'code' in at && typeof at.code === 'string' ? at.code : '';
    const message = 'message' in at && typeof at.message === 'string' ? at.message : '';
    if (NEVER_REACHED.has(code) || NEVER_CONNECTED.test(message)) return true;
    // Class 08 is the loss of the connection: in the middle of it anything may have happened.
    if (SQLSTATE.test(code) && !code.startsWith('08')) return true;
  }
  return false;
}

/** Removes the image once the database says that it has no such task. Runs in the background and throws nothing. */
export function dropUnlessTask(context: ApiContext, taskId: string, imagePath: string): void {
  void settle(context, taskId, imagePath).catch((error: unknown) => {
    if (!context.draining.aborted) imageLeftBehind(context.log, imagePath, error);
  });
}

async function settle({ database, images, draining }: ApiContext, taskId: string, imagePath: string): Promise<void> {
  await sleep(SETTLED_AFTER_MS, undefined, { signal: draining, ref: false });
  for (let asked = 1; ; asked += 1) {
    try {
      if ((await findTask(database.db, taskId)) === null) await images.delete(imagePath);
      return;
    } catch (error) {
      if (asked >= ASK_AT_MOST) throw error;
    }
    await sleep(ASK_AGAIN_MS, undefined, { signal: draining, ref: false });
  }
}
