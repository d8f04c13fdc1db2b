import { randomUUID } from 'node:crypto';
import {
  applyStep,
  type Claim,
  claim,
  type DueJob,
  markDone,
  markGathered,
  markOcrEnded,
  markRendered,
  markSubmitted,
  type Reading,
} from '../../src/index.ts';
import { NO_PROGRESS, one, type TaskTable } from '../task-table.ts';

/** What a test does with the pages of a document. All moves are those of a worker's stages. */
export interface DocumentRun {
  /** A page in the split stage → in the store stage, claimed. */
  toStore(page: Claim): Promise<Claim>;
  /** A page in the split stage → done. @returns the document's job, if this was its last page */
  read(page: Claim, text: string): Promise<DueJob | null>;
  /** A page in the split stage → failed for good. @returns the document's job, if this was its last page */
  fails(page: Claim, message?: string): Promise<DueJob | null>;
  /** Claims a job that is expected to be due. */
  claimed(job: DueJob | null, workerId?: string): Promise<Claim>;
  /** The document's job → its pages gathered. */
  gathered(job: DueJob | null): ReturnType<typeof markGathered>;
}

export const SIZE = { sizeBytes: 9, sha256: 'b'.repeat(64), width: 1654, height: 2339 };

export function readingOf(text: string): Reading {
  return { raw: Buffer.from(JSON.stringify({ text })), pageCount: 1, plainText: text };
}

export function documentRun(table: TaskTable): DocumentRun {
  const { db } = table;
  const run: DocumentRun = {
    async toStore(page) {
      const rendered = { ...SIZE, text: `layer ${page.page}` };
      const submit = await run.claimed(await markRendered(db, page, rendered), page.workerId);
      const poll = await run.claimed(
        await markSubmitted(db, submit, { jobId: `ocr-${page.page}`, endpoint: 'http://ocr.test' }),
        page.workerId,
      );
      return run.claimed(await markOcrEnded(db, poll, NO_PROGRESS), page.workerId);
    },
    async read(page, text) {
      const stored = await markDone(db, await run.toStore(page), readingOf(text));
      if (stored === null) throw new Error('the claim of the page was lost');
      return stored.document;
    },
    async fails(page, message = 'torn') {
      const settled = await applyStep(db, page, { kind: 'fail', code: 'ocr_rejected', message });
      if (!settled.moved) throw new Error('the claim of the page was lost');
      return settled.next;
    },
    claimed: async (job, workerId = randomUUID()) => one([await claim(db, one([job]), workerId)]),
    gathered: async (job) => markGathered(db, await run.claimed(job)),
  };
  return run;
}
