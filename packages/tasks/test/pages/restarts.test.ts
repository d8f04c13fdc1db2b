import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  BEFORE_ALL,
  cancel,
  findResult,
  findText,
  markGathered,
  markSplit,
  overdueTasks,
  pagesOf,
  retry,
  retryBatch,
  start,
} from '../../src/index.ts';
import { DAY_MS, newPages, one, openTaskTable, type TaskTable } from '../task-table.ts';
import { type DocumentRun, documentRun } from './document-run.ts';

let table: TaskTable;
let run: DocumentRun;
beforeAll(async () => {
  table = await openTaskTable();
  run = documentRun(table);
});
beforeEach(() => table.empty());
afterAll(() => table.drop());

describe('a document that is started again', () => {
  test('keeps the pages that were read, and reads the others in a new run', async () => {
    const { id, pages } = await table.document(3);
    await run.read(one([pages[0]]), 'one');
    await run.fails(one([pages[1]]));
    await cancel(table.db, id);
    const retried = await retry(table.db, id, DAY_MS);
    expect(retried).toMatchObject({ kind: 'retried', jobs: [{ stage: 'split', generation: 2 }] });
    if (retried.kind !== 'retried') throw new Error();
    const jobs = await markSplit(table.db, await run.claimed(retried.jobs[0]), newPages(20));
    expect(jobs?.map(({ taskId }) => taskId).sort()).toEqual([pages[1]?.taskId, pages[2]?.taskId].sort());
    expect(await run.statuses(id)).toEqual(['ocr_done', 'queued', 'queued']);
    expect(await table.row(id)).toMatchObject({ open_pages: 2, done_pages: 1 });
    await run.expectCountersToHold(id);
  });

  test('is stored anew at once when all of its pages had been read', async () => {
    const { id, pages } = await table.document(1);
    await run.read(one(pages), 'one');
    await cancel(table.db, id);
    const started = await start(table.db, id, DAY_MS);
    if (started.kind !== 'started') throw new Error(started.kind);
    const [job] = (await markSplit(table.db, await run.claimed(started.job), newPages(20))) ?? [];
    expect(job).toMatchObject({ taskId: id, stage: 'store' });
    expect(await run.gathered(one([job]))).toMatchObject({ pageCount: 1, failedPages: 0 });
  });

  test('renders the pages anew that were not read, whatever became of their pictures', async () => {
    const { id, pages } = await table.document(2);
    await run.toStore(one([pages[0]]));
    await cancel(table.db, id);
    const retried = await retry(table.db, id, DAY_MS);
    if (retried.kind !== 'retried') throw new Error(retried.kind);
    await markSplit(table.db, await run.claimed(retried.jobs[0]), newPages(20));
    expect((await pagesOf(table.db, id)).map(({ stage }) => stage)).toEqual(['split', 'split']);
  });

  test('is one task for a bulk retry', async () => {
    const { id, pages } = await table.document(2);
    await run.fails(one([pages[0]]));
    await run.gathered(await run.fails(one([pages[1]])));
    const filter = { status: 'ocr_failed', errorCode: null, finishedAfter: null, finishedBefore: null } as const;
    const { jobs } = await retryBatch(table.db, filter, {
      after: BEFORE_ALL,
      pageSize: 10,
      limit: 10,
      deadlineMs: DAY_MS,
    });
    expect(jobs.map(({ taskId }) => taskId)).toEqual([id]);
  });
});

describe('a page that is tried again alone', () => {
  const doneButOne = async () => {
    const { id, pages } = await table.document(2);
    await run.fails(one([pages[0]]));
    await run.gathered(await run.read(one([pages[1]]), 'two'));
    return { id, failed: one([pages[0]]).taskId };
  };

  test('puts its document back to work, which is stored anew with it', async () => {
    const { id, failed } = await doneButOne();
    const retried = await retry(table.db, failed, DAY_MS);
    expect(retried).toMatchObject({ kind: 'retried', jobs: [{ taskId: failed, stage: 'split', page: 1 }] });
    expect(await table.row(id)).toMatchObject({
      status: 'ocr_processing',
      generation: 2,
      open_pages: 1,
      done_pages: 1,
    });
    expect(await findResult(table.db, id)).toBeNull();
    if (retried.kind !== 'retried') throw new Error();
    const job = await run.read(await run.claimed(retried.jobs[0]), 'one');
    expect(await run.gathered(job)).toEqual({ pageCount: 2, failedPages: 0, failure: null });
    expect(await findText(table.db, id)).toBe('one\ftwo');
    expect(await findResult(table.db, id)).toMatchObject({ generation: 2 });
    await run.expectCountersToHold(id);
  });

  test('while others are being read only adds to what is waited for', async () => {
    const { id, pages } = await table.document(2);
    await run.fails(one([pages[0]]));
    expect(await start(table.db, one([pages[0]]).taskId, DAY_MS)).toMatchObject({ kind: 'started' });
    expect(await table.row(id)).toMatchObject({ generation: 1, open_pages: 2, due_at: null });
    await run.expectCountersToHold(id);
  });

  test('gives those that are still being read the time that their document has from then on', async () => {
    const { id, pages } = await table.document(3);
    const [failed, reading] = [one([pages[0]]).taskId, one([pages[1]]).taskId];
    await run.fails(one([pages[0]]));
    await table.rows(`update tasks set deadline_at = now() - interval '1 minute' where parent_id = $1`, [id]);
    await retry(table.db, failed, DAY_MS);
    expect(await table.row(reading)).toMatchObject({ deadline_at: (await table.row(id))['deadline_at'] });
    expect(await overdueTasks(table.db, 0, 10)).toEqual([]);
  });

  test('takes the document from whoever is about to store it', async () => {
    const { pages } = await table.document(2);
    await run.fails(one([pages[0]]));
    const storing = await run.claimed(await run.read(one([pages[1]]), 'two'));
    await retry(table.db, one([pages[0]]).taskId, DAY_MS);
    expect(await markGathered(table.db, storing)).toBeNull();
  });

  test('is left alone while it is on its way, when it is done, and when its document was cancelled', async () => {
    const { id, pages } = await table.document(2);
    const [first, second] = pages.map(({ taskId }) => taskId) as [string, string];
    expect(await retry(table.db, first, DAY_MS)).toEqual({ kind: 'in_progress' });
    await run.read(one([pages[0]]), 'one');
    expect(await retry(table.db, first, DAY_MS)).toEqual({ kind: 'nothing_to_retry', status: 'ocr_done' });
    await cancel(table.db, id);
    expect(await retry(table.db, second, DAY_MS)).toEqual({ kind: 'document_cancelled', documentId: id });
    await run.expectCountersToHold(id);
  });

  test('is left to its document while that is about to be split', async () => {
    const { id, pages } = await table.document(2);
    const [read, failed] = pages.map(({ taskId }) => taskId) as [string, string];
    await run.read(one([pages[0]]), 'one');
    await run.fails(one([pages[1]]));
    await cancel(table.db, id);
    await retry(table.db, id, DAY_MS);
    expect(await start(table.db, failed, DAY_MS)).toEqual({ kind: 'waits_for_document' });
    expect(await retry(table.db, failed, DAY_MS)).toEqual({ kind: 'in_progress' });
    expect(await start(table.db, read, DAY_MS)).toEqual({ kind: 'already_done' });
  });

  test('can be all that were not read, by a retry of their document', async () => {
    const { id, pages } = await table.document(3);
    for (const page of pages.slice(0, 2)) await run.fails(page);
    await run.gathered(await run.read(one([pages[2]]), 'three'));
    const retried = await retry(table.db, id, DAY_MS);
    if (retried.kind !== 'retried') throw new Error(retried.kind);
    expect(retried.jobs.map(({ taskId }) => taskId).sort()).toEqual(
      pages
        .slice(0, 2)
        .map(({ taskId }) => taskId)
        .sort(),
    );
    expect(await table.row(id)).toMatchObject({
      status: 'ocr_processing',
      generation: 2,
      open_pages: 2,
      done_pages: 1,
    });
    expect(await retry(table.db, id, DAY_MS)).toEqual({ kind: 'in_progress' });
    const [first, second] = await Promise.all(retried.jobs.map((job) => run.claimed(job)));
    await run.read(one([first]), 'again');
    await run.gathered(await run.read(one([second]), 'again'));
    expect(await findText(table.db, id)).toBe('again\fagain\fthree');
    expect(await retry(table.db, id, DAY_MS)).toEqual({ kind: 'nothing_to_retry', status: 'ocr_done' });
    await run.expectCountersToHold(id);
  });

  test('twice in one moment is tried once', async () => {
    const { id, failed } = await doneButOne();
    const outcomes = await Promise.all([1, 2, 3].map(() => retry(table.db, failed, DAY_MS)));
    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['in_progress', 'in_progress', 'retried']);
    await run.expectCountersToHold(id);
  });
});
