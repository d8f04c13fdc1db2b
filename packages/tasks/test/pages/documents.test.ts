import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  applyStep,
  cancel,
  createDoneMarker,
  deleteOldTasks,
  deleteTask,
  expireDeadlines,
  findResult,
  findText,
  listTasks,
  markDone,
  markGathered,
  markRendered,
  markSplit,
  pageReadings,
  pagesOf,
  pagesTextLayers,
  releaseClaims,
  rescueClaims,
  takeLongestUnseen,
  takeUpAbandoned,
} from '../../src/index.ts';
import { claim } from '../one-task.ts';
import { newPages, one, openTaskTable, type TaskTable } from '../task-table.ts';
import { type DocumentRun, documentRun, readingOf, SIZE } from './document-run.ts';

let table: TaskTable;
let run: DocumentRun;
beforeAll(async () => {
  table = await openTaskTable();
  run = documentRun(table);
});
beforeEach(() => table.empty());
afterAll(() => table.drop());

describe('a document', () => {
  test('begins in the split stage, with its pages counted', async () => {
    const job = await table.queued({ pages: 3 });
    expect(job).toMatchObject({ stage: 'split', page: null });
    expect(await table.row(job.taskId)).toMatchObject({ done_pages: 0, total_pages: 3, open_pages: 0 });
  });

  test('becomes as many tasks as it has pages, at once, and waits for them without a job', async () => {
    const split = await run.claimed(
      await table.queued({ pages: 3, originalFilename: 'report.v2.pdf', contentType: 'application/pdf' }),
    );
    const jobs = await markSplit(table.db, split, newPages(20));
    expect(jobs).toHaveLength(3);
    for (const job of jobs ?? []) expect(job).toMatchObject({ stage: 'split', delayMs: 0 });
    expect(jobs?.map(({ page }) => page)).toEqual([1, 2, 3]);
    expect(await table.row(split.taskId)).toMatchObject({
      status: 'ocr_processing',
      stage: 'store',
      open_pages: 3,
      claimed_by: null,
      due_at: null,
      ocr_job_id: null,
    });
    const pages = await pagesOf(table.db, split.taskId);
    expect(pages.map(({ page }) => page)).toEqual([1, 2, 3]);
    expect(jobs?.map(({ taskId }) => taskId)).toEqual(pages.map(({ id }) => id));
    expect(pages.map(({ originalFilename }) => originalFilename)).toEqual([
      'report.v2-1.png',
      'report.v2-2.png',
      'report.v2-3.png',
    ]);
    const document = await table.row(split.taskId);
    for (const page of pages) {
      expect(page).toMatchObject({ status: 'queued', sha256: '', width: 0, deadlineAt: document['deadline_at'] });
    }
    expect((await table.events(split.taskId)).at(-1)).toMatchObject({ type: 'split', data: { pages: 3 } });
  });

  test('is split by one worker, however many try', async () => {
    const split = await run.claimed(await table.queued({ pages: 3 }));
    const outcomes = await Promise.all([1, 2, 3, 4].map(() => markSplit(table.db, split, newPages(20))));
    expect(outcomes.filter((jobs) => jobs !== null)).toHaveLength(1);
    expect(await pagesOf(table.db, split.taskId)).toHaveLength(3);
  });

  test('is due when its last page has ended, and not before', async () => {
    const { id, pages } = await table.document(3);
    const [first, second, third] = pages as [(typeof pages)[0], (typeof pages)[0], (typeof pages)[0]];
    expect(await run.read(second, 'two')).toBeNull();
    expect(await table.row(id)).toMatchObject({ open_pages: 2, done_pages: 1, due_at: null });
    expect(await run.fails(third)).toBeNull();
    expect(await table.row(id)).toMatchObject({ open_pages: 1, done_pages: 1, due_at: null });
    const job = await run.read(first, 'one');
    expect(job).toMatchObject({ taskId: id, stage: 'store', page: null });
    expect(await table.row(id)).toMatchObject({ open_pages: 0, done_pages: 2, due_at: expect.any(Date) });
  });

  test.each([1, 2, 3])('whose pages end in the same moment is due once (round %i)', async () => {
    const { id, pages } = await table.document(12);
    const ready = await Promise.all(pages.map((page) => run.toStore(page)));
    const stored = await Promise.all(ready.map((page) => markDone(table.db, page, readingOf(`page ${page.page}`))));
    const jobs = stored.flatMap((one) => one?.document ?? []);
    expect(jobs).toHaveLength(1);
    await run.expectCountersToHold(id);
    expect(await run.gathered(one(jobs))).toMatchObject({ pageCount: 12, failedPages: 0 });
  });

  test('many of which end in one statement each have their own job', async () => {
    const documents = await Promise.all([1, 2, 3].map(() => table.document(2, WORKER)));
    const ready = await Promise.all(documents.flatMap(({ pages }) => pages).map((page) => run.toStore(page)));
    const mark = createDoneMarker(table.db);
    const stored = await Promise.all(ready.map((claim) => mark({ claim, reading: readingOf('x') })));
    const due = stored.flatMap((one) => one?.document?.taskId ?? []);
    expect(due.sort()).toEqual(documents.map(({ id }) => id).sort());
    for (const { id } of documents) await run.expectCountersToHold(id);
  });

  test('is done with the text of all pages, a form feed between two, and a result that tells every page', async () => {
    const { id, pages } = await table.document(2);
    await run.read(one([pages[1]]), 'zwei');
    const gathered = await run.gathered(await run.read(one([pages[0]]), 'eins'));
    expect(gathered).toEqual({ pageCount: 2, failedPages: 0, failure: null });
    expect(await table.row(id)).toMatchObject({ status: 'ocr_done', done_pages: 2, total_pages: 2, error_code: null });
    expect(await findText(table.db, id)).toBe('eins\fzwei');
    const [result] = await table.rows('select raw, raw_sha256, page_count from ocr_results where task_id = $1', [id]);
    expect(result).toMatchObject({ page_count: 2 });
    const sha256 = (text: string) => createHash('sha256').update(JSON.stringify({ text })).digest('hex');
    expect(JSON.parse(result?.['raw'])).toEqual({
      generation: 1,
      pages: [
        { page: 1, task_id: pages[0]?.taskId, sha256: sha256('eins') },
        { page: 2, task_id: pages[1]?.taskId, sha256: sha256('zwei') },
      ],
    });
    expect(result?.['raw_sha256']).toBe(createHash('sha256').update(result?.['raw']).digest('hex'));
  });

  test('is done without a page that has failed for good, and says so', async () => {
    const { id, pages } = await table.document(2);
    await run.fails(one([pages[0]]), 'torn');
    expect(await run.gathered(await run.read(one([pages[1]]), 'two'))).toMatchObject({ failedPages: 1, failure: null });
    expect(await table.row(id)).toMatchObject({ status: 'ocr_done', done_pages: 1, total_pages: 2 });
    expect(await findText(table.db, id)).toBe('\ftwo');
    expect(await pageReadings(table.db, id)).toMatchObject([
      { page: 1, result: null, error: { code: 'ocr_rejected', message: 'torn' } },
      { page: 2, result: { pageCount: 1 }, error: null },
    ]);
    expect((await table.events(id)).at(-1)).toMatchObject({ type: 'done', data: { page_count: 2, failed_pages: 1 } });
  });

  test('fails when all of its pages have, in the words of the first', async () => {
    const { id, pages } = await table.document(2);
    await run.fails(one([pages[1]]), 'burnt');
    const gathered = await run.gathered(await run.fails(one([pages[0]]), 'torn'));
    const message = 'None of the 2 pages could be read. Page 1: torn';
    expect(gathered?.failure).toEqual({ code: 'ocr_rejected', message });
    expect(await table.row(id)).toMatchObject({
      status: 'ocr_failed',
      error_code: 'ocr_rejected',
      error_message: message,
    });
    expect(await findResult(table.db, id)).toBeNull();
  });

  test('of one page fails in its very words', async () => {
    const { pages } = await table.document(1);
    const gathered = await run.gathered(await run.fails(one([pages[0]]), 'torn'));
    expect(gathered?.failure?.message).toBe('torn');
  });

  test('is stored by nobody whose claim was taken away', async () => {
    const { id, pages } = await table.document(1);
    const late = await run.claimed(await run.read(one([pages[0]]), 'x'));
    const [again] = await releaseClaims(table.db, late.workerId, null);
    expect(await markGathered(table.db, late)).toBeNull();
    expect(await run.gathered(one([again]))).toMatchObject({ failedPages: 0 });
    expect(await table.row(id)).toMatchObject({ status: 'ocr_done' });
  });
});

const WORKER = randomUUID();

describe('the picture of a page', () => {
  test('sends it on to the submit stage, with what the file says in its text', async () => {
    const { id, pages } = await table.document(1);
    const page = one(pages);
    const next = await markRendered(table.db, page, { ...SIZE, text: 'from the file' });
    expect(next).toMatchObject({ taskId: page.taskId, stage: 'submit', page: 1, attempt: 1 });
    expect(await table.row(page.taskId)).toMatchObject({
      image_path: `images/${page.taskId}.png`,
      size_bytes: '9',
      width: 1654,
      height: 2339,
      status: 'queued',
    });
    expect([...(await pagesTextLayers(table.db, id))]).toEqual([[page.taskId, 'from the file']]);
  });

  test('is not taken from somebody who has lost the page', async () => {
    const { pages } = await table.document(1);
    const page = one(pages);
    await releaseClaims(table.db, page.workerId, null);
    const before = await table.everything(page.taskId);
    expect(await markRendered(table.db, page, { ...SIZE, text: 'x' })).toBeNull();
    expect(await table.everything(page.taskId)).toEqual(before);
  });

  test('that workers die of is counted, and forgotten once it is made', async () => {
    const { pages } = await table.document(1);
    const [job] = await rescueClaims(table.db, [one(pages).workerId], 10);
    const again = await run.claimed(one([job]));
    expect(again.crashes).toBe(1);
    const next = await markRendered(table.db, again, { ...SIZE, text: null });
    expect((await run.claimed(next)).crashes).toBe(0);
  });
});

describe('a cancel of a document', () => {
  test('ends all of its pages that have not ended, and tells what is left of each', async () => {
    const { id, pages } = await table.document(3);
    await run.read(one([pages[0]]), 'one');
    await run.fails(one([pages[1]]));
    const outcome = await cancel(table.db, id);
    expect(outcome).toMatchObject({ kind: 'cancelled', left: [{ taskId: id }, { taskId: pages[2]?.taskId }] });
    expect(await run.statuses(id)).toEqual(['ocr_done', 'ocr_failed', 'cancelled']);
    expect(await table.row(id)).toMatchObject({ status: 'cancelled', open_pages: 0 });
  });

  test('fences its pages off from those who work on them', async () => {
    const { id, pages } = await table.document(1);
    const ready = await run.toStore(one(pages));
    await cancel(table.db, id);
    expect(await markDone(table.db, ready, readingOf('late'))).toBeNull();
    expect(await findResult(table.db, ready.taskId)).toBeNull();
  });

  test.each([1, 2, 3, 4])('that meets the split of its pages leaves none of them going (round %i)', async () => {
    const split = await run.claimed(await table.queued({ pages: 20 }));
    await Promise.all([markSplit(table.db, split, newPages(20)), cancel(table.db, split.taskId)]);
    expect(await table.row(split.taskId)).toMatchObject({ status: 'cancelled' });
    expect((await run.statuses(split.taskId)).filter((status) => status !== 'cancelled')).toEqual([]);
  });

  test.each([1, 2, 3, 4])(
    'that meets the ends of its pages ends in order, and nobody waits for ever (round %i)',
    async () => {
      const { id, pages } = await table.document(8);
      const ready = await Promise.all(pages.map((page) => run.toStore(page)));
      await Promise.all([
        ...ready.slice(0, 4).map((page) => markDone(table.db, page, readingOf('x'))),
        cancel(table.db, id),
        ...ready.slice(4).map((page) => markDone(table.db, page, readingOf('x'))),
      ]);
      expect(await table.row(id)).toMatchObject({ status: 'cancelled', open_pages: 0 });
      const ended = await run.statuses(id);
      expect(ended.every((status) => status === 'ocr_done' || status === 'cancelled')).toBe(true);
    },
  );

  test('is not one of a page alone', async () => {
    const { id, pages } = await table.document(2);
    expect(await cancel(table.db, one([pages[0]]).taskId)).toEqual({ kind: 'is_page', documentId: id });
    expect(await run.statuses(id)).toEqual(['queued', 'queued']);
  });
});

describe('a deletion of a document', () => {
  test('takes its pages with it, and tells their images', async () => {
    const { id, pages } = await table.document(2);
    await run.toStore(one([pages[0]]));
    const gone = await deleteTask(table.db, id);
    expect(gone).toMatchObject({
      kind: 'deleted',
      imagePaths: [expect.stringContaining('invoice'), ...pages.map(({ taskId }) => `images/${taskId}.png`)],
    });
    expect(await table.rows('select id from tasks')).toEqual([]);
  });

  test.each([1, 2, 3])('that meets the split leaves no page behind (round %i)', async () => {
    const split = await run.claimed(await table.queued({ pages: 20 }));
    await Promise.all([markSplit(table.db, split, newPages(20)), deleteTask(table.db, split.taskId)]);
    expect(await table.rows('select id from tasks')).toEqual([]);
  });

  test('is not one of a page alone', async () => {
    const { id, pages } = await table.document(2);
    expect(await deleteTask(table.db, one([pages[0]]).taskId)).toEqual({ kind: 'is_page', documentId: id });
    expect(await pagesOf(table.db, id)).toHaveLength(2);
  });

  test('for its age takes its pages, and never a page alone', async () => {
    const { id, pages } = await table.document(2);
    await run.read(one([pages[0]]), 'x');
    await run.gathered(await run.read(one([pages[1]]), 'y'));
    await table.rows(`update tasks set updated_at = now() - interval '2 days' where parent_id is not null`);
    expect(await deleteOldTasks(table.db, 0, 1)).toHaveLength(3);
    expect(await table.rows('select id from tasks where id = $1', [id])).toEqual([]);
  });
});

describe('the deadline of a document', () => {
  const passes = (id: string) =>
    table.rows(`update tasks set deadline_at = now() - interval '1 second' where id = $1 or parent_id = $1`, [id]);

  test('ends it with all of its pages when none was read', async () => {
    const { id, pages } = await table.document(2);
    await run.fails(one([pages[0]]));
    await passes(id);
    const expired = await expireDeadlines(table.db, 10);
    expect(expired.map(({ taskId }) => taskId)).toEqual([id, pages[1]?.taskId]);
    expect(await table.row(id)).toMatchObject({ status: 'ocr_failed', error_code: 'deadline_exceeded', open_pages: 0 });
    expect(await run.statuses(id)).toEqual(['ocr_failed', 'ocr_failed']);
  });

  test('ends the pages that are being read, and the document is done with those that were', async () => {
    const { id, pages } = await table.document(2);
    await run.read(one([pages[0]]), 'one');
    await passes(id);
    const expired = await expireDeadlines(table.db, 10);
    expect(expired.map(({ taskId }) => taskId)).toEqual([pages[1]?.taskId]);
    expect((await table.events(id)).at(-1)).toMatchObject({ type: 'deadline_passed', data: { open_pages: 1 } });
    await table.rows(`update tasks set due_at = now() - interval '1 minute' where id = $1 and due_at <= now()`, [id]);
    expect(await run.gathered(one(await takeLongestUnseen(table.db, 10)))).toEqual({
      pageCount: 2,
      failedPages: 1,
      failure: null,
    });
    expect(await findText(table.db, id)).toBe('one\f');
    expect((await pageReadings(table.db, id))[1]?.error?.code).toBe('deadline_exceeded');
    await run.expectCountersToHold(id);
  });

  test('leaves it a while to be stored, and no more', async () => {
    const { id, pages } = await table.document(2);
    await run.read(one([pages[0]]), 'one');
    await passes(id);
    await expireDeadlines(table.db, 10);
    expect(await expireDeadlines(table.db, 10)).toEqual([]);
    await passes(id);
    expect(await expireDeadlines(table.db, 10)).toMatchObject([{ taskId: id }]);
    expect(await table.row(id)).toMatchObject({ status: 'ocr_failed', error_code: 'deadline_exceeded' });
  });

  test('is not that of the document when a page has met it first', async () => {
    const { id, pages } = await table.document(2);
    await run.read(one([pages[0]]), 'one');
    const step = { kind: 'fail', code: 'deadline_exceeded', message: 'too late' } as const;
    const { next } = await applyStep(table.db, one([pages[1]]), step);
    expect(await run.gathered(next)).toEqual({ pageCount: 2, failedPages: 1, failure: null });
    expect(await table.row(id)).toMatchObject({ status: 'ocr_done', error_code: null });
  });
});

test('a list shows documents and images, and no pages', async () => {
  const image = await table.uploaded();
  const { id } = await table.document(5);
  for (const status of [null, 'ocr_processing', 'queued'] as const) {
    const { tasks } = await listTasks(table.db, { status, limit: 10, after: null });
    const expected = status === null ? [id, image] : status === 'queued' ? [] : [id];
    expect(tasks.map((task) => task.id)).toEqual(expected);
  }
});

test('a list goes on after the last of its page, whatever the statuses', async () => {
  const ids: string[] = [];
  for (let at = 0; at < 3; at += 1) {
    ids.push(await table.uploaded());
    ids.push((await table.document(2)).id);
    ids.push((await table.queued()).taskId);
  }
  const seen: string[] = [];
  for (let after: string | null = null; ; ) {
    const { tasks, nextAfter } = await listTasks(table.db, { status: null, limit: 2, after });
    seen.push(...tasks.map((task) => task.id));
    if (nextAfter === null) break;
    after = nextAfter;
  }
  expect(seen).toEqual(ids.reverse());
});

test('a document whose pages have ended without it noticing is taken up by the doctor, and one that waits is not', async () => {
  const { id, pages } = await table.document(1);
  expect(await takeUpAbandoned(table.db, 10)).toEqual([]);
  await table.rows(
    `update tasks set status = 'ocr_failed', claimed_by = null, error_code = 'ocr_rejected' where id = $1`,
    [one(pages).taskId],
  );
  const [job] = await takeUpAbandoned(table.db, 10);
  expect(job).toMatchObject({ taskId: id, stage: 'store' });
  expect(await claim(table.db, one([job]), WORKER)).not.toBeNull();
});
