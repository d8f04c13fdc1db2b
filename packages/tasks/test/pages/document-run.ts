import { randomUUID } from 'node:crypto';
import { expect } from '@jest/globals';
import type { Status } from '@ocrelay/contracts';
import {
  applyStep,
  type Claim,
  type DueJob,
  markDone,
  markGathered,
  markRendered,
  pagesOf,
  type Reading,
} from '../../src/index.ts';
import { claim, markOcrEnded, markSubmitted } from '../one-task.ts';
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
  /** Of its pages, in their order. */
  statuses(documentId: string): Promise<Status[]>;
  /** As every statement can leave it: the counters are what the pages' rows say. */
  expectCountersToHold(documentId: string): Promise<void>;
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
    statuses: async (documentId) => (await pagesOf(db, documentId)).map(({ status }) => status),
    async expectCountersToHold(documentId) {
      const [counted] = await table.rows(
        `select d.open_pages, d.done_pages,
                (select count(*)::int from tasks p where p.parent_id = d.id and p.status in ('queued', 'ocr_processing')) as open,
                (select count(*)::int from tasks p where p.parent_id = d.id and p.status = 'ocr_done') as done
         from tasks d where d.id = $1`,
        [documentId],
      );
      expect(counted).toMatchObject({ open_pages: counted?.['open'], done_pages: counted?.['done'] });
    },
  };
  return run;
}
