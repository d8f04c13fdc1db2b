import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import {
  applyStep,
  type Claim,
  claim,
  findClaim,
  findResult,
  findTask,
  goRound,
  type JobRef,
  markDone,
  markOcrEnded,
  markSubmitted,
  type NextStep,
  saveProgress,
  start,
} from '../src/index.ts';
import { DAY_MS, NO_PROGRESS, one, openTaskTable, type TaskTable } from './task-table.ts';

jest.setTimeout(60_000);

let table: TaskTable;
beforeAll(async () => {
  table = await openTaskTable();
});
beforeEach(() => table.empty());
afterAll(() => table.drop());

const WAIT: NextStep = { kind: 'wait', inMs: 30_000, code: 'ocr_unavailable', message: 'connection refused' };
const RETRY: NextStep = { kind: 'retry', inMs: 30_000, code: 'ocr_bad_response', message: 'no JSON' };
const FAIL: NextStep = { kind: 'fail', code: 'ocr_rejected', message: 'not an image' };
const LOOK_AGAIN: NextStep = { kind: 'look_again', inMs: 2_100, message: 'no such job' };
const RESUBMIT: NextStep = { kind: 'resubmit', inMs: 1_000, message: 'no such job' };
const READING = { raw: Buffer.from('{"pages":[]}'), pageCount: 2, plainText: 'Invoice' };
const JOB = { jobId: 'ocr-2', endpoint: 'http://other.test' };

/** Every edge that a claim can take: true when it moved. */
const EDGES: ReadonlyArray<readonly [name: string, stage: JobRef['stage'], edge: (of: Claim) => Promise<boolean>]> = [
  ['markSubmitted', 'submit', async (of) => (await markSubmitted(table.db, of, JOB)) !== null],
  ['retry', 'submit', async (of) => (await applyStep(table.db, of, RETRY)).moved],
  ['wait', 'submit', async (of) => (await applyStep(table.db, of, WAIT)).moved],
  ['fail', 'submit', async (of) => (await applyStep(table.db, of, FAIL)).moved],
  ['saveProgress', 'poll', (of) => saveProgress(table.db, of, { cursor: 3, donePages: 1, totalPages: 2 })],
  ['goRound', 'poll', async (of) => (await goRound(table.db, of)) !== null],
  ['markOcrEnded', 'poll', async (of) => (await markOcrEnded(table.db, of, NO_PROGRESS)) !== null],
  ['look again', 'poll', async (of) => (await applyStep(table.db, of, LOOK_AGAIN)).moved],
  ['resubmit', 'poll', async (of) => (await applyStep(table.db, of, RESUBMIT)).moved],
  ['markDone', 'store', (of) => markDone(table.db, of, READING)],
];

async function everything(taskId: string) {
  const results = await table.rows('select * from ocr_results where task_id = $1', [taskId]);
  return { task: await table.row(taskId), events: await table.events(taskId), results };
}

describe.each(EDGES)('%s', (_name, stage, edge) => {
  test('moves a task that the worker holds, with one event or none', async () => {
    const mine = await table.claimed(stage);
    const before = await table.events(mine.taskId);
    expect(await edge(mine)).toBe(true);
    const added = (await table.events(mine.taskId)).slice(before.length);
    expect(added.length).toBeLessThanOrEqual(1);
  });

  test.each<[string, (of: Claim) => Claim]>([
    ['of an earlier run', (of) => ({ ...of, generation: of.generation - 1 })],
    ['of an earlier dispatch', (of) => ({ ...of, dispatch: of.dispatch - 1 })],
    ['that another worker holds', (of) => ({ ...of, workerId: randomUUID() })],
    ['that is another task', (of) => ({ ...of, taskId: randomUUID() })],
  ])('changes nothing with a claim %s', async (_which, alter) => {
    const mine = await table.claimed(stage);
    const before = await everything(mine.taskId);
    expect(await edge(alter(mine))).toBe(false);
    expect(await everything(mine.taskId)).toEqual(before);
  });

  test('changes nothing once the claim was taken away', async () => {
    const mine = await table.claimed(stage);
    await table.rows('update tasks set claimed_by = null, due_at = now() where id = $1', [mine.taskId]);
    const before = await everything(mine.taskId);
    expect(await edge(mine)).toBe(false);
    expect(await everything(mine.taskId)).toEqual(before);
  });

  test('happens once when it is done twice at the same time, unless it keeps the claim', async () => {
    const mine = await table.claimed(stage);
    const moved = await Promise.all([edge(mine), edge(mine), edge(mine)]);
    const kept = (await findClaim(table.db, mine, mine.workerId)) !== null;
    expect(moved.filter(Boolean)).toHaveLength(kept ? 3 : 1);
  });
});

describe('a start', () => {
  test('queues an uploaded task in its first run', async () => {
    const id = await table.uploaded();
    const started = await start(table.db, id, DAY_MS);
    expect(started).toEqual({
      kind: 'started',
      job: { taskId: id, stage: 'submit', generation: 1, dispatch: 1, attempt: 1, delayMs: 0 },
    });
    const row = await table.row(id);
    expect(row).toMatchObject({
      status: 'queued',
      stage: 'submit',
      generation: 1,
      claimed_by: null,
      attempt: 0,
      ocr_job_id: null,
    });
    expect(row['deadline_at'] - row['started_at']).toBe(DAY_MS);
    expect(await table.events(id)).toMatchObject([
      { type: 'uploaded' },
      { type: 'queued', generation: 1, stage: 'submit' },
    ]);
  });

  test('of a failed task begins a new run that knows nothing of the last', async () => {
    const polling = await table.claimed('poll');
    await saveProgress(table.db, polling, { cursor: 9, donePages: 1, totalPages: 4 });
    await applyStep(table.db, polling, FAIL);
    const started = await start(table.db, polling.taskId, DAY_MS);
    expect(started).toMatchObject({ kind: 'started', job: { generation: 2, stage: 'submit' } });
    expect(await table.row(polling.taskId)).toMatchObject({
      status: 'queued',
      generation: 2,
      ocr_job_id: null,
      ocr_endpoint: null,
      poll_cursor: '0',
      done_pages: null,
      total_pages: null,
      error_code: null,
      error_message: null,
      finished_at: null,
      submitted_at: null,
      attempt: 0,
      waits: 0,
      resubmits: 0,
      submissions: 1,
    });
  });

  test('of a cancelled task begins a new run', async () => {
    const id = await table.uploaded();
    await table.rows(`update tasks set status = 'cancelled', finished_at = now() where id = $1`, [id]);
    expect(await start(table.db, id, DAY_MS)).toMatchObject({ kind: 'started', job: { generation: 2 } });
  });

  test.each(['submit', 'poll', 'store'] as const)(
    'of a task that is in progress changes nothing: %s',
    async (stage) => {
      const mine = await table.claimed(stage);
      const before = await everything(mine.taskId);
      expect(await start(table.db, mine.taskId, DAY_MS)).toEqual({ kind: 'in_progress' });
      expect(await everything(mine.taskId)).toEqual(before);
    },
  );

  test('of a task that is done changes nothing', async () => {
    const mine = await table.claimed('store');
    await markDone(table.db, mine, READING);
    const before = await everything(mine.taskId);
    expect(await start(table.db, mine.taskId, DAY_MS)).toEqual({ kind: 'already_done' });
    expect(await everything(mine.taskId)).toEqual(before);
  });

  test('of a task that does not exist says so', async () => {
    expect(await start(table.db, randomUUID(), DAY_MS)).toEqual({ kind: 'not_found' });
  });

  test('by ten at once happens once', async () => {
    const id = await table.uploaded();
    const started = await Promise.all(Array.from({ length: 10 }, () => start(table.db, id, DAY_MS)));
    expect(started.filter((s) => s.kind === 'started')).toHaveLength(1);
    expect(started.filter((s) => s.kind === 'in_progress')).toHaveLength(9);
    expect(await table.events(id)).toHaveLength(2);
  });
});

describe('a claim', () => {
  test('gives the row as it then stands, with the clock of the database', async () => {
    const job = await table.queued();
    const workerId = randomUUID();
    const mine = one([await claim(table.db, job, workerId)]);
    const [clock] = await table.rows('select clock_timestamp() as now');
    expect(mine).toMatchObject({
      ...ref(job),
      workerId,
      attempt: 1,
      waits: 0,
      submissions: 1,
      imagePath: 'ab/cd/invoice.png',
    });
    expect(Math.abs(clock?.['now'] - mine.now.getTime())).toBeLessThan(60_000);
    expect(mine.deadlineAt.getTime() - mine.now.getTime()).toBeGreaterThan(DAY_MS - 60_000);
    expect(await table.row(job.taskId)).toMatchObject({ claimed_by: workerId, due_at: null, attempt: 1 });
  });

  test('is found again by the worker that holds it, by no other', async () => {
    const mine = await table.claimed('poll');
    expect(await findClaim(table.db, mine, mine.workerId)).toMatchObject(ref(mine));
    expect(await findClaim(table.db, mine, randomUUID())).toBeNull();
    expect(await findClaim(table.db, { ...mine, dispatch: 99 }, mine.workerId)).toBeNull();
  });

  test('is got by one of twenty workers', async () => {
    const job = await table.queued();
    const claims = await Promise.all(Array.from({ length: 20 }, () => claim(table.db, job, randomUUID())));
    expect(claims.filter((c) => c !== null)).toHaveLength(1);
    expect(await table.row(job.taskId)).toMatchObject({ attempt: 1, submissions: 1 });
  });

  test.each<[string, (job: JobRef) => JobRef]>([
    ['an earlier run', (job) => ({ ...job, generation: job.generation - 1 })],
    ['a later run', (job) => ({ ...job, generation: job.generation + 1 })],
    ['an earlier dispatch', (job) => ({ ...job, dispatch: job.dispatch - 1 })],
    ['another stage', (job) => ({ ...job, stage: 'poll' })],
    ['another task', (job) => ({ ...job, taskId: randomUUID() })],
  ])('is refused to a job of %s', async (_which, alter) => {
    const job = await table.queued();
    const before = await everything(job.taskId);
    expect(await claim(table.db, alter(job), randomUUID())).toBeNull();
    expect(await everything(job.taskId)).toEqual(before);
  });

  test('is refused when the task has ended', async () => {
    const mine = await table.claimed('submit');
    await applyStep(table.db, mine, FAIL);
    expect(await claim(table.db, mine, randomUUID())).toBeNull();
  });

  test('of the submit stage counts a submission, of the others none', async () => {
    expect((await table.claimed('submit')).submissions).toBe(1);
    expect((await table.claimed('store')).submissions).toBe(1);
  });
});

describe('what each edge sets', () => {
  test('submitted: the OCR job, and a poll due at once', async () => {
    const mine = await table.claimed('submit');
    const next = await markSubmitted(table.db, mine, JOB);
    expect(next).toEqual({ ...ref(mine), stage: 'poll', dispatch: mine.dispatch + 1, attempt: 1, delayMs: 0 });
    expect(await table.row(mine.taskId)).toMatchObject({
      status: 'ocr_processing',
      stage: 'poll',
      ocr_job_id: 'ocr-2',
      ocr_endpoint: 'http://other.test',
      claimed_by: null,
      due_at: expect.any(Date),
      submitted_at: expect.any(Date),
      attempt: 0,
    });
    expect((await table.events(mine.taskId)).at(-1)).toMatchObject({
      type: 'submitted',
      stage: 'submit',
      attempt: 1,
      data: { ocr_job_id: 'ocr-2' },
    });
  });

  test('a failed try: the same stage later, the attempt counted, the cause shown', async () => {
    const mine = await table.claimed('submit');
    const { next } = await applyStep(table.db, mine, RETRY);
    expect(next).toEqual({ ...ref(mine), dispatch: mine.dispatch + 1, attempt: 2, delayMs: 30_000 });
    expect(await table.row(mine.taskId)).toMatchObject({
      status: 'queued',
      stage: 'submit',
      attempt: 1,
      waits: 0,
      submissions: 1,
      error_code: 'ocr_bad_response',
      error_message: 'no JSON',
      waiting_reason: null,
    });
    expect((await table.events(mine.taskId)).at(-1)).toMatchObject({
      type: 'attempt_failed',
      attempt: 1,
      data: { code: 'ocr_bad_response', message: 'no JSON', retry_in_ms: 30_000 },
    });
    const again = one([await claim(table.db, one([next]), mine.workerId)]);
    expect(again).toMatchObject({ attempt: 2, submissions: 2 });
  });

  test('a wait: neither an attempt nor a submission', async () => {
    const mine = await table.claimed('submit');
    const { next } = await applyStep(table.db, mine, WAIT);
    expect(next).toMatchObject({ attempt: 1, delayMs: 30_000 });
    expect(await table.row(mine.taskId)).toMatchObject({
      attempt: 0,
      waits: 1,
      submissions: 0,
      waiting_reason: 'ocr_unavailable',
      error_code: 'ocr_unavailable',
    });
  });

  test('a wait in between keeps the attempts that were used', async () => {
    const first = await table.claimed('poll');
    const second = one([await claim(table.db, one([(await applyStep(table.db, first, RETRY)).next]), first.workerId)]);
    const third = one([await claim(table.db, one([(await applyStep(table.db, second, WAIT)).next]), first.workerId)]);
    expect([first.attempt, second.attempt, third.attempt]).toEqual([1, 2, 2]);
    expect(third.waits).toBe(1);
  });

  test('a failure: the end, with its cause, and no next job', async () => {
    const mine = await table.claimed('poll');
    expect(await applyStep(table.db, mine, FAIL)).toEqual({ moved: true, next: null });
    expect(await table.row(mine.taskId)).toMatchObject({
      status: 'ocr_failed',
      stage: 'poll',
      claimed_by: null,
      due_at: null,
      finished_at: expect.any(Date),
      error_code: 'ocr_rejected',
      error_message: 'not an image',
      ocr_job_id: 'ocr-1',
    });
    expect((await table.events(mine.taskId)).at(-1)).toMatchObject({ type: 'failed', data: { code: 'ocr_rejected' } });
  });

  test('progress: cursor and pages, the claim kept, nothing wrong any more', async () => {
    const held = await table.claimed('poll');
    await table.rows(
      `update tasks set attempt = 5, waits = 4, missing_since = now(), error_code = 'ocr_timeout', error_message = 'x', waiting_reason = 'ocr_timeout' where id = $1`,
      [held.taskId],
    );
    expect(await saveProgress(table.db, held, { cursor: 12, donePages: 1, totalPages: 3 })).toBe(true);
    expect(await table.row(held.taskId)).toMatchObject({
      claimed_by: held.workerId,
      due_at: null,
      dispatch: held.dispatch,
      poll_cursor: '12',
      done_pages: 1,
      total_pages: 3,
      attempt: 1,
      waits: 0,
      missing_since: null,
      error_code: null,
      error_message: null,
      waiting_reason: null,
    });
  });

  test('going round: a new job, no event, no attempt', async () => {
    const mine = await table.claimed('poll');
    const before = await table.events(mine.taskId);
    const next = await goRound(table.db, mine);
    expect(next).toEqual({ ...ref(mine), dispatch: mine.dispatch + 1, attempt: 1, delayMs: 0 });
    expect(await table.events(mine.taskId)).toEqual(before);
    expect(await table.row(mine.taskId)).toMatchObject({
      status: 'ocr_processing',
      stage: 'poll',
      attempt: 0,
      claimed_by: null,
    });
  });

  test('the end of the OCR: the store stage, due at once', async () => {
    const mine = await table.claimed('poll');
    const next = await markOcrEnded(table.db, mine, { cursor: 20, donePages: 3, totalPages: 3 });
    expect(next).toEqual({ ...ref(mine), stage: 'store', dispatch: mine.dispatch + 1, attempt: 1, delayMs: 0 });
    expect(await table.row(mine.taskId)).toMatchObject({
      status: 'ocr_processing',
      stage: 'store',
      poll_cursor: '20',
      done_pages: 3,
    });
    expect((await table.events(mine.taskId)).at(-1)).toMatchObject({ type: 'ocr_ended', stage: 'poll' });
  });

  test('a job that the service misses: the first time is remembered, and no attempt is used', async () => {
    const mine = await table.claimed('poll');
    const first = await applyStep(table.db, mine, LOOK_AGAIN);
    expect(first.next).toMatchObject({ stage: 'poll', attempt: 1, delayMs: 2_100 });
    const { missing_since: since } = await table.row(mine.taskId);
    expect(since).toEqual(expect.any(Date));
    const again = one([await claim(table.db, one([first.next]), mine.workerId)]);
    expect(again.missingSince).toEqual(since);
    await applyStep(table.db, again, LOOK_AGAIN);
    expect((await table.row(mine.taskId))['missing_since']).toEqual(since);
  });

  test('a lost job: submitted again, under the old job id until there is a new one', async () => {
    const mine = await table.claimed('poll');
    const { next } = await applyStep(table.db, mine, RESUBMIT);
    expect(next).toMatchObject({ stage: 'submit', attempt: 1, delayMs: 1_000 });
    expect(await table.row(mine.taskId)).toMatchObject({
      status: 'ocr_processing',
      stage: 'submit',
      ocr_job_id: 'ocr-1',
      resubmits: 1,
      missing_since: null,
    });
    const submit = one([await claim(table.db, one([next]), mine.workerId)]);
    await markSubmitted(table.db, submit, JOB);
    expect(await table.row(mine.taskId)).toMatchObject({
      stage: 'poll',
      ocr_job_id: 'ocr-2',
      submissions: 2,
      poll_cursor: '0',
    });
  });

  test('done: the result and the status, both or none', async () => {
    const mine = await table.claimed('store');
    expect(await markDone(table.db, mine, READING)).toBe(true);
    expect(await findTask(table.db, mine.taskId)).toMatchObject({
      status: 'ocr_done',
      stage: 'store',
      claimedBy: null,
      dueAt: null,
      donePages: 2,
      totalPages: 2,
      errorCode: null,
      finishedAt: expect.any(Date),
    });
    expect(await findResult(table.db, mine.taskId)).toMatchObject({ generation: 1, pageCount: 2, sizeBytes: 12 });
    expect((await table.events(mine.taskId)).at(-1)).toMatchObject({
      type: 'done',
      data: { page_count: 2, result_bytes: 12 },
    });
  });

  test('a text that Postgres refuses leaves the claim as it was', async () => {
    const mine = await table.claimed('store');
    const before = await everything(mine.taskId);
    await expect(markDone(table.db, mine, { ...READING, plainText: 'a\0b' })).rejects.toThrow();
    expect(await everything(mine.taskId)).toEqual(before);
  });
});

describe('events that repeat', () => {
  const again = async (of: Claim, step: NextStep) =>
    one([await claim(table.db, one([(await applyStep(table.db, of, step)).next]), of.workerId)]);
  const last = async (taskId: string) => (await table.events(taskId)).at(-1);

  test('are one with a count: a thousand waits for one cause are one entry', async () => {
    let mine = await table.claimed('submit');
    const before = await table.events(mine.taskId);
    for (let i = 1; i <= 5; i++) mine = await again(mine, { ...WAIT, inMs: i });
    expect(await table.events(mine.taskId)).toHaveLength(before.length + 1);
    expect(await last(mine.taskId)).toMatchObject({ type: 'waiting', count: 5, data: { retry_in_ms: 5 } });
    expect(mine.waits).toBe(5);
  });

  test('are another entry when the cause changes', async () => {
    let mine = await table.claimed('submit');
    mine = await again(mine, WAIT);
    mine = await again(mine, { ...WAIT, code: 'ocr_unauthorized' });
    mine = await again(mine, WAIT);
    expect((await table.events(mine.taskId)).filter((e) => e['type'] === 'waiting').map((e) => e['count'])).toEqual([
      1, 1, 1,
    ]);
  });

  test('are another entry when something else came between', async () => {
    let mine = await table.claimed('submit');
    mine = await again(mine, WAIT);
    mine = await again(mine, RETRY);
    mine = await again(mine, WAIT);
    expect((await table.events(mine.taskId)).map((e) => e['type']).slice(-3)).toEqual([
      'waiting',
      'attempt_failed',
      'waiting',
    ]);
  });

  test('are another entry in another run', async () => {
    const mine = await again(await table.claimed('submit'), WAIT);
    await table.rows('update tasks set generation = 2 where id = $1', [mine.taskId]);
    await applyStep(table.db, { ...mine, generation: 2 }, WAIT);
    const waits = (await table.events(mine.taskId)).filter((e) => e['type'] === 'waiting');
    expect(waits.map((e) => [e['generation'], e['count']])).toEqual([
      [1, 1],
      [2, 1],
    ]);
  });

  test('do not swallow failed tries: each is an entry', async () => {
    let mine = await table.claimed('submit');
    mine = await again(mine, RETRY);
    mine = await again(mine, RETRY);
    expect(
      (await table.events(mine.taskId)).filter((e) => e['type'] === 'attempt_failed').map((e) => e['attempt']),
    ).toEqual([1, 2]);
  });

  test('of pages read are one entry that tells the latest', async () => {
    const mine = await table.claimed('poll');
    for (const donePages of [1, 2, 3])
      await saveProgress(table.db, mine, { cursor: donePages, donePages, totalPages: 3 });
    expect(await last(mine.taskId)).toMatchObject({
      type: 'progress',
      count: 3,
      data: { done_pages: 3, total_pages: 3 },
    });
  });

  test('are not written for a cursor that moves while the pages stay', async () => {
    const mine = await table.claimed('poll');
    const before = await table.events(mine.taskId);
    await saveProgress(table.db, mine, { cursor: 5, donePages: mine.donePages, totalPages: mine.totalPages });
    expect(await table.events(mine.taskId)).toEqual(before);
  });
});

describe('the table refuses', () => {
  test.each([
    ['an unknown status', `status = 'sleeping', claimed_by = null`, 'tasks_status'],
    ['an unknown stage', `stage = 'dream'`, 'tasks_stage'],
    [
      'a task in progress that is neither claimed nor due',
      'claimed_by = null, due_at = null',
      'tasks_has_owner_or_time',
    ],
    ['an ended task that is still due', `status = 'ocr_failed', due_at = now()`, 'tasks_has_owner_or_time'],
    ['an ended task that is still claimed', `status = 'ocr_done'`, 'tasks_has_owner_or_time'],
    ['a task in progress without a deadline', 'deadline_at = null', 'tasks_has_deadline'],
    ['a task in progress without a stage', 'stage = null', 'tasks_has_deadline'],
    ['a processing task without an OCR job', 'ocr_job_id = null', 'tasks_has_ocr_job'],
    ['a queued task with an OCR job', `status = 'queued'`, 'tasks_has_no_ocr_job'],
  ])('%s', async (_what, change, constraint) => {
    const { taskId } = await table.claimed('poll');
    await expect(table.rows(`update tasks set ${change} where id = $1`, [taskId])).rejects.toMatchObject({
      constraint,
    });
  });
});

function ref({ taskId, stage, generation, dispatch }: JobRef): JobRef {
  return { taskId, stage, generation, dispatch };
}
