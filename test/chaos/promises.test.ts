import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { Evidence, TaskEvent, TaskRow } from './evidence.ts';
import { newUpload } from './load/live-through.ts';
import type { Upload } from './load/upload.ts';
import { fateOf } from './ocr/fate.ts';
import { PROMISES } from './promises/index.ts';

const ID = '01a20bce-37b8-7421-b634-db4934243c29';
const RAW = createHash('sha256').update('raw').digest('hex');

const upload: Upload = { ...newUpload(nameWithFate('finished'), 'read'), taskId: ID, isOver: true };
const { sha256 } = upload;

const done: TaskRow = {
  id: ID,
  parentId: null,
  page: null,
  openPages: null,
  donePages: 1,
  totalPages: 1,
  status: 'ocr_done',
  stage: 'store',
  generation: 1,
  dispatch: 3,
  claimedBy: null,
  isDue: false,
  errorCode: null,
  errorMessage: null,
  ocrJobId: 'job-1',
  submissions: 1,
  imagePath: 'images/a.png',
  sha256,
  result: { generation: 1, rawSha256: RAW, foundSha256: RAW, text: `file ${sha256}` },
};

const failed: TaskRow = { ...done, status: 'ocr_failed', result: null };
const footprint = { name: 'worker 1', pid: 1, memoryBytes: 100, postgres: 9, redis: 5 } as const;

/** One image that was read, and nothing wrong. */
const well: Evidence = {
  backend: 'redis',
  entries: [],
  uploads: [upload],
  answers: new Map([['upload 201', 1]]),
  tasks: new Map([[ID, done]]),
  events: new Map(),
  images: [{ key: 'images/a.png', ageMs: 1, sha256 }],
  incoming: [],
  ocr: { reads: new Map([[sha256, 1]]), results: new Map([['job-1', RAW]]) },
  jobs: [],
  unsettled: [],
  surprises: [],
  before: [footprint],
  after: [footprint],
};

const withTask = (task: TaskRow): Partial<Evidence> => ({ tasks: new Map([[ID, task]]) });

const event: TaskEvent = {
  taskId: ID,
  type: 'rescued',
  generation: 1,
  stage: 'submit',
  attempt: 0,
  count: 1,
  data: {},
  at: new Date(0),
};

test('an image that was read breaks no promise', () => {
  expect(brokenBy({})).toEqual([]);
});

/** What the evidence shows instead, and a word of the promise that it breaks. */
const BREAKS: ReadonlyArray<[what: string, promise: string, change: Partial<Evidence>]> = [
  ['an accepted task is gone', 'has its task', { tasks: new Map(), images: [] }],
  [
    'there are two tasks of one image',
    'is one task',
    {
      tasks: new Map([
        [ID, done],
        ['b', { ...done, id: 'b' }],
      ]),
    },
  ],
  ['a valid image is refused', 'is refused', { uploads: [{ ...upload, refused: '415' }] }],
  ['an answer is an internal error', 'is refused', { answers: new Map([['start 500 internal_error', 1]]) }],
  ['a task does not end', 'every task ends', withTask({ ...failed, status: 'queued', isDue: true })],
  ['a task that has ended is claimed', 'every task ends', withTask({ ...done, claimedBy: 'worker' })],
  ['a failure has no reason', 'fails only for', withTask(failed)],
  [
    'no fault explains a failure',
    'fails only for',
    withTask({ ...failed, errorCode: 'ocr_timeout', errorMessage: 'x' }),
  ],
  [
    'an image fails that was read',
    'fails only for',
    withTask({ ...failed, errorCode: 'ocr_job_failed', errorMessage: 'x' }),
  ],
  [
    'a step broke',
    'for an unexpected reason',
    { events: new Map([[ID, [{ ...event, data: { code: 'internal_error' } }]]]) },
  ],
  ['a program ended', 'for an unexpected reason', { surprises: ['api ended'] }],
  ['nobody asked for the cancel', 'was cancelled', withTask({ ...failed, status: 'cancelled' })],
  ['a cancelled task was read', 'was cancelled', { uploads: [{ ...upload, cancelSent: true, isCancelled: true }] }],
  ['a deleted task is there', 'deleted is gone', { uploads: [{ ...upload, deleteSent: true, isDeleted: true }] }],
  ['a done task has no result', 'one result', withTask({ ...done, result: null })],
  ['a failed task has a result', 'one result', withTask({ ...done, status: 'cancelled' })],
  [
    'the result is of another image',
    'one result',
    withTask({ ...done, result: { ...resultOf(done), text: 'file 1' } }),
  ],
  ['bytes were altered', 'one result', withTask({ ...done, result: { ...resultOf(done), foundSha256: 'x' } })],
  ['other bytes were sent', 'one result', { ocr: { ...well.ocr, results: new Map([['job-1', 'x']]) } }],
  ['it was read twice', 'read more than once', readTwice(2, [])],
  ['submissions does not tell', 'read more than once', readTwice(1, [event])],
  [
    'a job would act',
    'no job that would',
    {
      ...withTask({ ...failed, status: 'queued', stage: 'submit', isDue: true }),
      jobs: [{ task_id: ID, stage: 'submit', generation: 1, dispatch: 3 }],
    },
  ],
  ['an image is gone', 'has its image', { images: [] }],
  ['an image was altered', 'has its image', { images: [{ key: 'images/a.png', ageMs: 1, sha256: 'x' }] }],
  ['a file is left by nobody', 'has its image', { incoming: [{ key: 'incoming/b', ageMs: 1, sha256: null }] }],
  [
    'a file is left for long',
    'has its image',
    {
      incoming: [{ key: 'incoming/b', ageMs: 3_600_000, sha256: null }],
      answers: new Map([['upload no connection', 1]]),
    },
  ],
  ['memory grows', 'no more than before', { after: [{ ...footprint, memoryBytes: 2 ** 30 }] }],
  ['connections gather', 'no more than before', { after: [{ ...footprint, postgres: 40 }] }],
];

describe('a promise is seen to be broken', () => {
  test.each(BREAKS)('when %s', (_what, promise, change) => {
    expect(brokenBy(change).join('\n')).toContain(promise);
  });

  test('a rescue explains a second reading', () => {
    expect(brokenBy(readTwice(2, [event]))).toEqual([]);
  });

  test('an image that is to fail explains its failure', () => {
    const torn = newUpload(nameWithFate('failed'), 'read');
    const task = { ...failed, sha256: torn.sha256, errorCode: 'ocr_job_failed', errorMessage: 'the page is torn' };
    const change = { ...withTask(task), uploads: [{ ...torn, taskId: ID, isOver: true }] };
    expect(brokenBy({ ...change, images: [{ key: 'images/a.png', ageMs: 1, sha256: torn.sha256 }] })).toEqual([]);
  });
});

describe('of a document', () => {
  const file = { ...upload.file, pages: 2 };
  const sent: Upload = { ...newUpload('a document', 'read', file), sha256, taskId: ID, isOver: true };
  const document: TaskRow = { ...done, ocrJobId: null, submissions: 0, openPages: 0, donePages: 2, totalPages: 2 };
  const page = (number: number): TaskRow => {
    const picture = newUpload(nameWithFate('finished', number), 'read').sha256;
    const result = { ...resultOf(done), text: `file ${picture}` };
    const place = { id: `page-${number}`, imagePath: `images/${number}.png`, ocrJobId: `job-${number}` };
    return { ...done, ...place, parentId: ID, page: number, sha256: picture, result };
  };
  const pages = [page(1), page(2)] as const;
  const text = pages.map(({ result }) => result?.text).join('\f');
  const read: TaskRow = { ...document, result: { ...resultOf(done), text } };
  const evidenceOf = (...tasks: readonly TaskRow[]): Partial<Evidence> => ({
    uploads: [sent],
    tasks: new Map(tasks.map((task) => [task.id, task])),
    images: [read, ...pages].map(({ imagePath, sha256: hash }) => ({ key: imagePath, ageMs: 1, sha256: hash })),
    ocr: {
      reads: new Map(pages.map((task) => [task.sha256, 1])),
      results: new Map(pages.map(({ ocrJobId }) => [String(ocrJobId), RAW])),
    },
  });

  test('that was read no promise is broken', () => {
    expect(brokenBy(evidenceOf(read, ...pages))).toEqual([]);
  });

  const unread = (one: TaskRow, status: TaskRow['status']): TaskRow => ({ ...one, status, result: null });
  const parts = 'has each of its pages';
  test.each<[string, string, Partial<Evidence>]>([
    ['a page is not there', parts, evidenceOf({ ...read, donePages: 1 }, pages[0])],
    ['pages of an image are there', parts, evidenceOf({ ...read, openPages: null }, ...pages)],
    ['other pages were sent', parts, { ...evidenceOf(read, ...pages), uploads: [{ ...sent, file: upload.file }] }],
    ['it waits after its end', parts, evidenceOf({ ...read, openPages: 1 }, ...pages)],
    ['it counts wrong', parts, evidenceOf({ ...read, donePages: 1 }, ...pages)],
    ['it says something else', parts, evidenceOf({ ...document, result: resultOf(done) }, ...pages)],
    ['a page goes on after its end', parts, evidenceOf(read, pages[0], unread(pages[1], 'ocr_processing'))],
    ['a page alone is cancelled', parts, evidenceOf(read, pages[0], unread(pages[1], 'cancelled'))],
    ['a page does not end', 'every task ends', evidenceOf(read, pages[0], unread(pages[1], 'queued'))],
    ['it fails though a page was read', 'fails only for', evidenceOf(unread(document, 'ocr_failed'), ...pages)],
    ['a page was read twice', 'read more than once', { ...evidenceOf(read, ...pages), ocr: twice(pages[0]) }],
    ['a page has no picture', 'has its image', { ...evidenceOf(read, ...pages), images: [] }],
  ])('a promise is seen to be broken when %s', (_what, promise, change) => {
    expect(brokenBy(change).join('\n')).toContain(promise);
  });

  function twice(task: TaskRow): Evidence['ocr'] {
    return {
      reads: new Map([[task.sha256, 2]]),
      results: new Map([
        ['job-1', RAW],
        ['job-2', RAW],
      ]),
    };
  }
});

function brokenBy(change: Partial<Evidence>): string[] {
  const evidence = { ...well, ...change };
  return PROMISES.filter(({ check }) => check(evidence).length > 0).map(({ name }) => name);
}

function resultOf({ result }: TaskRow) {
  if (result === null) throw new Error('no result');
  return result;
}

function readTwice(submissions: number, events: readonly TaskEvent[]): Partial<Evidence> {
  return {
    ...withTask({ ...done, submissions }),
    events: new Map([[ID, events]]),
    ocr: { ...well.ocr, reads: new Map([[sha256, 2]]) },
  };
}

/** The first of the names, from `first` hundred on, whose image ends so. */
function nameWithFate(ends: 'finished' | 'failed', first = 0): string {
  for (let n = first * 100; ; n += 1) {
    if ((fateOf(newUpload(`${n}`, 'read').sha256).ends ?? 'finished') === ends) return `${n}`;
  }
}
