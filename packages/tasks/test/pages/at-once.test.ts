import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import {
  applyStep,
  type Claim,
  cancel,
  createDoneMarker,
  deleteTask,
  expireDeadlines,
  markDone,
  pagesOf,
  rescueClaims,
  retry,
} from '../../src/index.ts';
import { DAY_MS, openTaskTable, type TaskTable } from '../task-table.ts';
import { type DocumentRun, documentRun, readingOf } from './document-run.ts';

let table: TaskTable;
let run: DocumentRun;
beforeAll(async () => {
  table = await openTaskTable();
  run = documentRun(table);
});
beforeEach(() => table.empty());
afterAll(() => table.drop());

/** Locks that are taken in two orders meet only now and then. */
const TIMES = 12;

const fails = (page: Claim) =>
  applyStep(table.db, page, { kind: 'fail', code: 'ocr_rejected', message: 'torn' }).then(() => {});

/** What may be done to a document while its pages end. Some of it comes too late, and does nothing. */
const MEANWHILE: ReadonlyArray<[what: string, (documentId: string, failed: Claim) => Promise<unknown>]> = [
  ['is cancelled', (documentId) => cancel(table.db, documentId)],
  ['is deleted', (documentId) => deleteTask(table.db, documentId)],
  [
    'meets its deadline',
    async (documentId) => {
      await table.rows(`update tasks set deadline_at = now() where id = $1`, [documentId]);
      return expireDeadlines(table.db, 10);
    },
  ],
  ['has a page tried again', (_documentId, failed) => retry(table.db, failed.taskId, DAY_MS)],
  ['has pages of a dead worker', (_documentId, failed) => rescueClaims(table.db, [failed.workerId], 100)],
];

test.each(MEANWHILE)('pages end while their document %s, and no two wait for each other', async (_what, meanwhile) => {
  for (let time = 0; time < TIMES; time += 1) {
    const documents = [await table.document(5), await table.document(5)] as const;
    const markAtOnce = createDoneMarker(table.db);
    const endings: Array<Promise<unknown>> = [];
    const [failed] = documents[0].pages as [Claim, ...Claim[]];
    await fails(failed);
    const toStore: Claim[] = [];
    for (const { pages } of documents)
      toStore.push(...(await Promise.all(pages.slice(3).map((page) => run.toStore(page)))));
    // The pages of two documents in one statement, in the order of neither.
    for (const claim of toStore.toReversed()) endings.push(markAtOnce({ claim, reading: readingOf('read') }));
    for (const page of documents[0].pages.slice(1, 3)) endings.push(fails(page));
    for (const page of documents[1].pages.slice(0, 2)) endings.push(fails(page));
    endings.push(meanwhile(documents[0].id, failed));
    const last = await run.toStore(documents[1].pages[2] as Claim);
    endings.push(markDone(table.db, last, readingOf('read')));
    await Promise.all(endings);
    for (const { id } of documents) await expectToHold(id);
  }
});

async function expectToHold(documentId: string): Promise<void> {
  const [document] = await table.rows('select * from tasks where id = $1', [documentId]);
  const pages = await pagesOf(table.db, documentId);
  if (document === undefined) {
    expect(pages).toEqual([]);
    return;
  }
  const open = pages.filter(({ status }) => status === 'queued' || status === 'ocr_processing').length;
  const done = pages.filter(({ status }) => status === 'ocr_done').length;
  expect({ open: document['open_pages'], done: document['done_pages'] }).toEqual({ open, done });
  const isDue = document['status'] === 'ocr_processing' && open === 0;
  expect(document['due_at'] !== null).toBe(isDue);
}
