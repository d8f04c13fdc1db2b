import { randomUUID } from 'node:crypto';
import { createWakeUpSender, type Database } from '@ocrelay/db';
import { imageKey } from '@ocrelay/storage';
import {
  applyStep,
  type Claim,
  createClaimer,
  createOcrEndedMarker,
  createSubmitMarker,
  findTask,
  markDone,
  markGathered,
  markRendered,
  markSplit,
  newTaskId,
  pagesOf,
} from '@ocrelay/tasks';

/** Does to a task what workers do, on the same rows. */
export interface Advance {
  submitted(taskId: string, ocrJobId?: string): Promise<void>;
  failed(taskId: string, code: 'ocr_rejected' | 'ocr_job_failed', message: string): Promise<void>;
  done(taskId: string, raw: Buffer, plainText?: string): Promise<void>;
  /** A document becomes its pages. @returns their ids */
  split(documentId: string): Promise<string[]>;
  /** A page's picture is made; here only the row tells of it. */
  rendered(pageId: string, textLayer?: string): Promise<void>;
  /** A document's pages have ended. */
  gathered(documentId: string): Promise<void>;
}

export function advance(database: Database): Advance {
  const { db, pool } = database;
  const wakeUps = createWakeUpSender(pool, 1);
  const markSubmitted = createSubmitMarker(db);
  const markOcrEnded = createOcrEndedMarker(db);
  const take = async (taskId: string): Promise<Claim> => {
    const task = await findTask(db, taskId);
    if (task === null || task.stage === null) throw new Error(`task ${taskId} was not started`);
    const { generation, dispatch, stage } = task;
    const taken = await createClaimer(db, randomUUID(), stage)({ taskId, stage, generation, dispatch });
    if (taken === null) throw new Error(`task ${taskId} is not due`);
    return taken;
  };
  return {
    async submitted(taskId, ocrJobId = randomUUID()) {
      await markSubmitted({ claim: await take(taskId), jobId: ocrJobId, endpoint: 'http://ocr.test' });
      wakeUps.taskMoved(taskId);
    },
    async failed(taskId, code, message) {
      await applyStep(db, await take(taskId), { kind: 'fail', code, message });
      wakeUps.taskMoved(taskId);
    },
    async done(taskId, raw, plainText = 'read') {
      await markSubmitted({ claim: await take(taskId), jobId: randomUUID(), endpoint: 'http://ocr.test' });
      const progress = { cursor: 3, donePages: 1, totalPages: 1 };
      await markOcrEnded({ claim: await take(taskId), progress, failure: null });
      await markDone(db, await take(taskId), { raw, pageCount: 1, plainText });
    },
    async split(documentId) {
      const document = await take(documentId);
      const pages = Array.from({ length: document.totalPages ?? 0 }, () => newTaskId()).map((id) => {
        return { id, imagePath: imageKey(id, document.now, 'png') };
      });
      await markSplit(db, document, pages);
      wakeUps.taskMoved(documentId);
      return (await pagesOf(db, documentId)).map(({ id }) => id);
    },
    async rendered(pageId, textLayer) {
      const picture = { sizeBytes: 1, sha256: 'a'.repeat(64), width: 60, height: 40 };
      await markRendered(db, await take(pageId), { ...picture, text: textLayer ?? null });
    },
    async gathered(documentId) {
      await markGathered(db, await take(documentId));
    },
  };
}
