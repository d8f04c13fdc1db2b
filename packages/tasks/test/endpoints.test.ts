import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { spread } from '../src/endpoints/admission.ts';
import {
  admit,
  applyStep,
  cancel,
  closeBreaker,
  countParked,
  type DueJob,
  expireDeadlines,
  findClaim,
  keepOpen,
  letOneThrough,
  loadEndpoints,
  lowerLimit,
  type OcrEndpoint,
  openBreaker,
  type Places,
  raiseLimit,
  registerEndpoints,
  rescueClaims,
  takeLongestUnseen,
  takeProbe,
  unpark,
} from '../src/index.ts';
import { claim, markOcrEnded, markSubmitted } from './one-task.ts';
import { NO_PROGRESS, one, openTaskTable, type TaskTable } from './task-table.ts';

const A = 'http://a.test';
const B = 'http://b.test';
const REFUSED = { code: 'ocr_unavailable', message: 'connection refused' } as const;
const POLICY = { attempts: 1, baseMs: 1_000, capMs: 60_000 };
const half = () => 0.5;
const worker = randomUUID();
const at = (urls: readonly string[], maxInFlight: number | null = null): Places => ({ urls, maxInFlight });

let table: TaskTable;
beforeAll(async () => {
  table = await openTaskTable();
});
afterAll(() => table.drop());
beforeEach(async () => {
  await table.empty();
  await table.rows('truncate ocr_endpoints');
  await registerEndpoints(table.db, [A, B]);
});

const endpoint = async (url = A): Promise<OcrEndpoint> => one((await loadEndpoints(table.db, [url])).endpoints);
const anyTask = randomUUID();
const open = (url = A, taskId = anyTask) => openBreaker(table.db, url, REFUSED, taskId, 0, half);
const probeIsDue = () =>
  table.rows(`update ocr_endpoints set probe_at = now() - interval '1 s' where state <> 'closed'`);
/** Parks tasks, the first one longest ago. */
const parked = async (count: number): Promise<DueJob[]> => {
  const jobs: DueJob[] = [];
  for (let n = 0; n < count; n += 1) {
    const job = await table.queued();
    await admit(table.db, [job], worker, at([]), null);
    jobs.push(job);
  }
  return jobs;
};
const limitTo = (jobs: number, url = A) =>
  table.rows('update ocr_endpoints set job_limit = $2 where url = $1', [url, jobs]);
const queuedMany = (count: number) => Promise.all(Array.from({ length: count }, () => table.queued()));

describe('the breaker', () => {
  test('is opened once, whoever sees the trouble, and says what is wrong since when', async () => {
    expect(await endpoint()).toMatchObject({ state: 'closed', trouble: null, downForMs: null, isProbeDue: false });
    expect((await Promise.all([open(), open(), open()])).filter(Boolean)).toHaveLength(1);
    expect(await endpoint()).toMatchObject({ state: 'open', trouble: REFUSED, isProbeDue: false });
    expect((await endpoint()).downSince).toBeInstanceOf(Date);
    expect(await endpoint(B)).toMatchObject({ state: 'closed' });
  });

  test('is probed by one worker at a time, when a probe is due', async () => {
    expect(await takeProbe(table.db, A)).toBe(false);
    await open();
    expect(await takeProbe(table.db, A)).toBe(false);
    await probeIsDue();
    expect((await endpoint()).isProbeDue).toBe(true);
    const took = await Promise.all([takeProbe(table.db, A), takeProbe(table.db, A), takeProbe(table.db, A)]);
    expect(took.filter(Boolean)).toHaveLength(1);
  });

  test('waits longer from probe to probe, up to a cap, and keeps since when it is down', async () => {
    await open();
    const { downSince } = await endpoint();
    const pauses: number[] = [];
    for (let failures = 0; failures < 8; failures += 1) {
      await keepOpen(table.db, A, REFUSED, failures, half);
      const [row] = await table.rows(
        `select extract(epoch from probe_at - now()) as s from ocr_endpoints where url = '${A}'`,
      );
      pauses.push(Number(row?.['s']));
    }
    expect(pauses.slice(0, 4)).toEqual(pauses.slice(0, 4).toSorted((a, b) => a - b));
    expect(pauses[3]).toBeGreaterThan(2 * (pauses[0] ?? 0));
    expect(Math.max(...pauses)).toBeLessThanOrEqual(15);
    expect((await endpoint()).downSince).toEqual(downSince);
  });

  test('lets the task through that has waited longest, and only that one', async () => {
    const [longest] = await parked(3);
    await open();
    const through = await letOneThrough(table.db, A, 60_000, null);
    expect(through).toMatchObject({ kind: 'half_open', job: { taskId: longest?.taskId, delayMs: 0 } });
    expect(await endpoint()).toMatchObject({ state: 'half_open', probeTask: longest?.taskId, trouble: REFUSED });
    expect(await letOneThrough(table.db, A, 60_000, null)).toEqual({ kind: 'moved' });
    expect(await unpark(table.db, at([A]), 10)).toEqual([]);
    expect(await countParked(table.db, 10)).toBe(2);
  });

  test.each([
    ['let one through', async () => (await letOneThrough(table.db, A, 60_000, null)) as { job?: { taskId: string } }],
    [
      'admitted',
      async () => {
        await table.rows(`update ocr_endpoints set state = 'closed'`);
        return { job: (await unpark(table.db, at([A]), 1))[0] };
      },
    ],
  ])('images go before pages of documents, however long these have waited, when tasks are %s', async (_how, admits) => {
    const { pages } = await table.document(3);
    await table.rows(
      `update tasks set stage = 'submit', claimed_by = null, parked_at = now() - interval '1 day' where parent_id is not null`,
    );
    const [image] = await parked(1);
    await open();
    expect((await admits()).job?.taskId).toBe(image?.taskId);
    expect(pages).toHaveLength(3);
  });

  test('the first pages of all documents go before their second ones, however long these have waited', async () => {
    const [long, short] = [await table.document(3), await table.document(1)];
    await table.rows(
      `update tasks set stage = 'submit', claimed_by = null, parked_at = now() - interval '1 day' / page where parent_id = $1`,
      [long.id],
    );
    await table.rows(`update tasks set stage = 'submit', claimed_by = null, parked_at = now() where parent_id = $1`, [
      short.id,
    ]);
    const turns: Array<string | undefined> = [];
    for (let turn = 0; turn < 4; turn += 1) turns.push((await unpark(table.db, at([A]), 1))[0]?.taskId);
    const [first, second, third] = long.pages;
    expect(turns).toEqual([first, one(short.pages), second, third].map((page) => page?.taskId));
  });

  test('is closed by that task alone, and then gives a few at a time', async () => {
    const [longest] = await parked(20);
    await open();
    await letOneThrough(table.db, A, 60_000, null);
    expect(await closeBreaker(table.db, A, anyTask)).toBe(false);
    expect(await closeBreaker(table.db, A, longest?.taskId ?? '')).toBe(true);
    const { state, downSince, trouble, jobLimit } = await endpoint();
    expect({ state, downSince, trouble }).toEqual({ state: 'closed', downSince: null, trouble: null });
    expect(jobLimit).toBeGreaterThanOrEqual(1);
    expect(jobLimit).toBeLessThan(20);
  });

  test('is open again when that task is not taken; another one’s late failure does not count', async () => {
    const [longest] = await parked(1);
    await open();
    await letOneThrough(table.db, A, 60_000, null);
    expect(await open(A, anyTask)).toBe(false);
    expect((await endpoint()).state).toBe('half_open');
    expect(await openBreaker(table.db, A, REFUSED, longest?.taskId ?? '', 0, half)).toBe(true);
    expect(await endpoint()).toMatchObject({ state: 'open', failures: 1 });
  });

  test('is probed again when that task is never heard of', async () => {
    await parked(1);
    await open();
    await letOneThrough(table.db, A, -1_000, null);
    expect((await endpoint()).isProbeDue).toBe(true);
    expect(await takeProbe(table.db, A)).toBe(true);
    expect(await endpoint()).toMatchObject({ state: 'open', probeTask: null });
  });

  test.each<[string, (job: DueJob) => Promise<unknown>]>([
    ['is cancelled', (job) => cancel(table.db, job.taskId)],
    [
      'loses its worker',
      async (job) => {
        await admit(table.db, [job], worker, at([A]), null);
        await rescueClaims(table.db, [worker], 10);
      },
    ],
  ])('is probed again when that task %s', async (_how, end) => {
    await parked(1);
    await open();
    const through = await letOneThrough(table.db, A, 60_000, null);
    if (through.kind !== 'half_open') throw new Error(through.kind);
    expect(await takeProbe(table.db, A)).toBe(false);
    await end(through.job);
    expect((await endpoint()).isProbeDue).toBe(true);
    expect(await takeProbe(table.db, A)).toBe(true);
  });

  test('shows that the task was taken, also when nobody lived to say so', async () => {
    await parked(1);
    await open();
    const through = await letOneThrough(table.db, A, 60_000, null);
    if (through.kind !== 'half_open') throw new Error(through.kind);
    const { claims } = await admit(table.db, [through.job], worker, at([A]), null);
    expect((await endpoint()).isProbeTaken).toBe(false);
    await markSubmitted(table.db, one([...claims.values()]), { jobId: 'job-1', endpoint: A });
    expect(await endpoint()).toMatchObject({ isProbeTaken: true, isProbeDue: false });
  });

  test('lets nothing through beyond OCR_MAX_IN_FLIGHT', async () => {
    await admit(table.db, [await table.queued()], worker, at([A]), null);
    await parked(1);
    await open();
    expect(await letOneThrough(table.db, A, 60_000, 1)).toEqual({ kind: 'closed' });
    expect(await countParked(table.db, 10)).toBe(1);
  });

  test('is closed by a good probe when nobody waits', async () => {
    await open();
    expect(await letOneThrough(table.db, A, 60_000, null)).toEqual({ kind: 'closed' });
    expect(await endpoint()).toMatchObject({ state: 'closed', trouble: null, jobLimit: null, failures: 0 });
  });
});

describe('the limit', () => {
  const lower = (failures = 0) => lowerLimit(table.db, A, failures, POLICY, half);
  const longAgo = () => table.rows(`update ocr_endpoints set limited_at = now() - interval '1 minute'`);

  test('is half of what the endpoint has, then half of that, and never below 1', async () => {
    const claims = await admit(table.db, await queuedMany(9), worker, at([A]), null);
    expect(claims.claims.size).toBe(9);
    expect(await lower()).toEqual({ jobLimit: 4, forMs: 750, isNew: true });
    await longAgo();
    expect(await lower()).toMatchObject({ jobLimit: 2 });
    for (let n = 0; n < 3; n += 1) {
      await longAgo();
      expect(await lower()).toMatchObject({ jobLimit: 1 });
    }
  });

  test('is lowered once for all who are refused in one moment', async () => {
    const lowered = await Promise.all([lower(), lower(), lower()]);
    expect(lowered.filter((one) => one?.isNew)).toHaveLength(1);
    expect((await endpoint()).failures).toBe(1);
  });

  test('and the endpoint is left alone for a while, longer with each time', async () => {
    expect(await lower(3)).toMatchObject({ forMs: 6_000 });
    expect((await endpoint()).isHeld).toBe(true);
    await parked(1);
    expect(await unpark(table.db, at([A]), 10)).toEqual([]);
    await table.rows('update ocr_endpoints set admit_after = now() - interval $$1 s$$');
    expect((await endpoint()).isHeld).toBe(false);
    expect(await unpark(table.db, at([A]), 10)).toHaveLength(1);
  });

  test('grows by one with each success up to where it was cut, and beyond by one with each round', async () => {
    await table.rows('update ocr_endpoints set job_limit = 2, ramp_to = 4, failures = 3');
    await raiseLimit(table.db, A, 1);
    expect(await endpoint()).toMatchObject({ jobLimit: 3, failures: 0 });
    await raiseLimit(table.db, A, 10);
    expect(await endpoint()).toMatchObject({ jobLimit: 4 });
    await raiseLimit(table.db, A, 4);
    expect(await endpoint()).toMatchObject({ jobLimit: 5 });
  });

  test('ends when it has grown beyond what anybody needs; where there is none, none comes', async () => {
    await raiseLimit(table.db, B, 5);
    expect((await endpoint(B)).jobLimit).toBeNull();
    await limitTo(1_000);
    await raiseLimit(table.db, A, 100);
    expect((await endpoint()).jobLimit).toBeNull();
  });

  test('ends when it was not met for long and is far from being met', async () => {
    await table.rows(`update ocr_endpoints set job_limit = 30, ramp_to = 16, limited_at = now() - interval '1 hour'`);
    await raiseLimit(table.db, A, 1);
    expect((await endpoint()).jobLimit).toBeNull();
  });
});

describe('admission', () => {
  test('gives an endpoint its limit and no more, however many workers ask at once; the others are parked', async () => {
    await limitTo(5);
    const jobs = await queuedMany(30);
    const batches = Array.from({ length: 6 }, (_, n) => jobs.slice(n * 5, n * 5 + 5));
    const admitted = await Promise.all(batches.map((refs) => admit(table.db, refs, randomUUID(), at([A]), null)));
    expect(admitted.reduce((sum, { claims }) => sum + claims.size, 0)).toBe(5);
    expect(admitted.reduce((sum, { parked: left }) => sum + left.size, 0)).toBe(25);
    expect(await countParked(table.db, 100)).toBe(25);
  });

  test('keeps to OCR_MAX_IN_FLIGHT, where that is less', async () => {
    const { claims } = await admit(table.db, await queuedMany(5), worker, at([A], 2), null);
    expect([...claims.values()].map(({ ocrEndpoint }) => ocrEndpoint)).toEqual([A, A]);
  });

  test('spreads tasks over endpoints by what they have, and leaves out those that are down', async () => {
    await limitTo(1);
    const { claims } = await admit(table.db, await queuedMany(4), worker, at([A, B]), null);
    const places = [...claims.values()].map(({ ocrEndpoint }) => ocrEndpoint).sort();
    expect(places).toEqual([A, B, B, B]);
    await open(B);
    expect((await admit(table.db, await queuedMany(2), worker, at([A, B]), null)).claims.size).toBe(0);
  });

  test('of tasks that wait for their turn says that nothing is wrong', async () => {
    const job = await table.queued();
    const before = await table.events(job.taskId);
    await admit(table.db, [job], worker, at([]), null);
    expect(await table.row(job.taskId)).toMatchObject({
      waits: 0,
      waiting_reason: null,
      error_code: null,
      status: 'queued',
    });
    expect(await table.events(job.taskId)).toEqual(before);
  });

  test('of tasks for which there is no endpoint says why, in one event that counts', async () => {
    const job = await table.queued();
    await open();
    await admit(table.db, [job], worker, at([A]), REFUSED);
    expect(await table.row(job.taskId)).toMatchObject({
      waits: 1,
      waiting_reason: REFUSED.code,
      error_message: REFUSED.message,
    });
    await table.rows('update tasks set due_at = now(), parked_at = null');
    await admit(table.db, [job], worker, at([A]), REFUSED);
    expect(await table.events(job.taskId)).toEqual([
      expect.objectContaining({ type: 'uploaded' }),
      expect.objectContaining({ type: 'queued' }),
      expect.objectContaining({ type: 'waiting', count: 2, data: REFUSED }),
    ]);
  });

  test('of a stale job does nothing', async () => {
    const job = await table.queued();
    await claim(table.db, job, worker);
    const before = await table.everything(job.taskId);
    const { claims, parked: left } = await admit(table.db, [job], worker, at([A], 0), null);
    expect([claims.size, left.size]).toEqual([0, 0]);
    expect(await table.everything(job.taskId)).toEqual(before);
  });
});

describe('a parked task', () => {
  test('has no job that anybody looks for', async () => {
    await parked(2);
    await table.rows(`update tasks set parked_at = now() - interval '1 hour'`);
    expect(await takeLongestUnseen(table.db, 10)).toEqual([]);
  });

  test('is admitted when there is room, those first that have waited longest', async () => {
    const jobs = await parked(4);
    await limitTo(3);
    const admitted = await unpark(table.db, at([A]), 100);
    expect(admitted.map(({ taskId }) => taskId).sort()).toEqual(
      jobs
        .slice(0, 3)
        .map(({ taskId }) => taskId)
        .sort(),
    );
    expect(await unpark(table.db, at([A]), 100)).toEqual([]);
    expect(await table.row(jobs[0]?.taskId ?? '')).toMatchObject({
      parked_at: null,
      ocr_endpoint: A,
      claimed_by: null,
    });
  });

  test('keeps the room that it was given until it is claimed, whoever else asks', async () => {
    await parked(1);
    await limitTo(1);
    const job = one(await unpark(table.db, at([A]), 100));
    expect((await admit(table.db, [await table.queued()], worker, at([A]), null)).claims.size).toBe(0);
    const { claims } = await admit(table.db, [job], worker, at([A]), null);
    expect(claims.get(job.taskId)).toMatchObject({ ocrEndpoint: A, stage: 'submit', submissions: 1 });
  });

  test.each<[string, (job: DueJob) => Promise<unknown>]>([
    ['is cancelled', (job) => cancel(table.db, job.taskId)],
    [
      'runs into its deadline',
      async (job) => {
        await table.rows('update tasks set deadline_at = now() where id = $1', [job.taskId]);
        expect(await expireDeadlines(table.db, 10)).toEqual([{ taskId: job.taskId, ocrJob: null }]);
      },
    ],
  ])('that %s waits no longer', async (_how, end) => {
    const [job] = await parked(1);
    if (job !== undefined) await end(job);
    expect(await table.row(job?.taskId ?? '')).toMatchObject({ parked_at: null, due_at: null });
    expect(await unpark(table.db, at([A]), 100)).toEqual([]);
  });
});

describe('the room of a task', () => {
  const admitted = async () => {
    await limitTo(1);
    const { claims } = await admit(table.db, [await table.queued()], worker, at([A]), null);
    return one([...claims.values()]);
  };
  const isFree = async () => (await admit(table.db, [await table.queued()], worker, at([A]), null)).claims.size === 1;

  test('is held until its OCR job has ended', async () => {
    const submit = await admitted();
    const next = one([await markSubmitted(table.db, submit, { jobId: 'job-1', endpoint: A })]);
    expect(await isFree()).toBe(false);
    const poll = one([await claim(table.db, next, worker)]);
    expect(await isFree()).toBe(false);
    await markOcrEnded(table.db, poll, NO_PROGRESS);
    expect(await isFree()).toBe(true);
  });

  test.each<[string, Parameters<typeof applyStep>[2]]>([
    ['its try failed', { kind: 'retry', inMs: 60_000, code: 'ocr_unavailable', message: 'no' }],
    ['it waits', { kind: 'wait', inMs: 60_000, code: 'storage_unavailable', message: 'no' }],
    ['it is parked', { kind: 'park', code: 'ocr_unavailable', message: 'no' }],
    ['it has failed for good', { kind: 'fail', code: 'ocr_rejected', message: 'no' }],
  ])('is free when %s', async (_what, step) => {
    await applyStep(table.db, await admitted(), step);
    expect(await isFree()).toBe(true);
  });

  test.each(['park', 'wait'] as const)(
    'a %s of which the service may have the image counts as a submission',
    async (kind) => {
      const submit = await admitted();
      const step = { code: 'ocr_timeout', message: 'no answer', ...(kind === 'wait' ? { inMs: 60_000 } : {}) } as const;
      await applyStep(table.db, submit, { kind, ...step, mayBeDone: true } as Parameters<typeof applyStep>[2]);
      expect(await table.row(submit.taskId)).toMatchObject({ submissions: 1, attempt: 0, waits: 1 });
    },
  );

  test('is free when its worker died', async () => {
    const submit = await admitted();
    await rescueClaims(table.db, [worker], 10);
    expect(await findClaim(table.db, submit, worker)).toBeNull();
    expect(await isFree()).toBe(true);
  });

  test('is free when the service has lost its job', async () => {
    const next = one([await markSubmitted(table.db, await admitted(), { jobId: 'job-1', endpoint: A })]);
    const poll = one([await claim(table.db, next, worker)]);
    await applyStep(table.db, poll, { kind: 'resubmit', inMs: 60_000, message: 'lost' });
    expect(await isFree()).toBe(true);
  });
});

test('tasks are spread to the least loaded endpoint with room', () => {
  const rooms = [
    { url: A, inFlight: 3, room: 1 },
    { url: B, inFlight: 0, room: 2 },
  ];
  expect(spread(5, rooms)).toEqual([B, B, A, null, null]);
  expect(spread(2, [])).toEqual([null, null]);
});
