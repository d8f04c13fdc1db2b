import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { allUnclaimed, applyStep, type DueJob, expireDeadlines, redispatch, takeLongestUnseen } from '../src/index.ts';
import { claim, markSubmitted } from './one-task.ts';
import { one, openTaskTable, type TaskTable } from './task-table.ts';

jest.setTimeout(60_000);

let table: TaskTable;
beforeAll(async () => {
  table = await openTaskTable();
});
beforeEach(() => table.empty());
afterAll(() => table.drop());

const ids = (jobs: ReadonlyArray<{ taskId: string }>) => jobs.map((job) => job.taskId).sort();
const set = (taskId: string, change: string) => table.rows(`update tasks set ${change} where id = $1`, [taskId]);
/** Queued, and due since so many seconds. */
async function late(seconds = 60): Promise<DueJob> {
  const job = await table.queued();
  await set(job.taskId, `due_at = now() - interval '${seconds} s'`);
  return job;
}

describe('the rows that are looked at next', () => {
  test('are due, unclaimed, and not just put there', async () => {
    const due = await late(3);
    await late(1);
    const held = await late();
    await claim(table.db, held, randomUUID());
    await set((await late()).taskId, `due_at = now() + interval '1 h'`);
    await table.uploaded();
    const taken = await takeLongestUnseen(table.db, 10);
    expect(taken).toEqual([{ ...due, delayMs: 0, lateMs: expect.any(Number) }]);
    expect(taken[0]?.lateMs).toBeGreaterThanOrEqual(3_000);
  });

  test('are those that have been due, and unseen, for longest', async () => {
    const [never, long, lately, last] = [await late(), await late(), await late(), await late()];
    await set(never.taskId, `due_at = now() - interval '30 min'`);
    await set(long.taskId, `due_at = now() - interval '2 h', seen_at = now() - interval '1 h'`);
    await set(lately.taskId, `due_at = now() - interval '2 h', seen_at = now() - interval '2 min'`);
    const turns: string[][] = [];
    for (let i = 0; i < 5; i++) turns.push(ids(await takeLongestUnseen(table.db, 1)));
    expect(turns.flat()).toEqual([long, never, lately, last, long].map(({ taskId }) => taskId));
  });

  test('are found although more and more come in that were never seen', async () => {
    const lost = await late();
    await set(lost.taskId, `seen_at = now() - interval '10 s'`);
    const seen: string[] = [];
    for (let i = 0; i < 3; i++) {
      await Promise.all([late(3), late(3), late(3)]);
      seen.push(...ids(await takeLongestUnseen(table.db, 2)));
    }
    expect(seen).toContain(lost.taskId);
  });

  test('are gone through in turn: each once before any twice', async () => {
    const all = await Promise.all(Array.from({ length: 7 }, () => late()));
    const seen: string[] = [];
    for (let i = 0; i < 4; i++) seen.push(...ids(await takeLongestUnseen(table.db, 2)));
    expect(new Set(seen)).toEqual(new Set(ids(all)));
    expect(new Set(seen.slice(0, 6)).size).toBe(6);
  });

  test('are shared out among reconcilers that look at the same time', async () => {
    await Promise.all(Array.from({ length: 10 }, () => late()));
    const batches = await Promise.all([1, 2, 3].map(() => takeLongestUnseen(table.db, 3)));
    for (const batch of batches) expect(batch.length).toBeLessThanOrEqual(3);
    expect(await table.rows('select id from tasks where seen_at is not null')).not.toHaveLength(0);
  });

  test('leave out what another has locked', async () => {
    const job = await late();
    const client = await table.pool.connect();
    try {
      await client.query('begin');
      await client.query('select 1 from tasks where id = $1 for update', [job.taskId]);
      expect(await takeLongestUnseen(table.db, 10)).toEqual([]);
    } finally {
      await client.query('rollback');
      client.release();
    }
  });
});

describe('a row whose job was buried', () => {
  test('gets a job of another id', async () => {
    const job = await late();
    const added = await redispatch(table.db, [job]);
    expect(added).toEqual([{ ...job, dispatch: job.dispatch + 1, delayMs: 0 }]);
    expect(await claim(table.db, job, randomUUID())).toBeNull();
    expect(await claim(table.db, one(added), randomUUID())).not.toBeNull();
  });

  test('keeps what is left of its pause', async () => {
    const job = await table.queued();
    await set(job.taskId, `due_at = now() + interval '1 h'`);
    const [added] = await redispatch(table.db, [job]);
    expect(added?.delayMs).toBeGreaterThan(3_500_000);
    expect(added?.delayMs).toBeLessThanOrEqual(3_600_000);
  });

  test('is left alone when it has moved since', async () => {
    const [held, moved, failed, stays] = [await late(), await late(), await late(), await late()];
    await claim(table.db, held, randomUUID());
    await redispatch(table.db, [moved]);
    const ended = one([await claim(table.db, failed, randomUUID())]);
    await applyStep(table.db, ended, { kind: 'fail', code: 'ocr_rejected', message: 'no' });
    expect(ids(await redispatch(table.db, [held, moved, failed, stays]))).toEqual([stays.taskId]);
  });

  test('is redispatched once by two reconcilers', async () => {
    const job = await late();
    const added = (await Promise.all([redispatch(table.db, [job]), redispatch(table.db, [job])])).flat();
    expect(added).toHaveLength(1);
  });

  test('does not matter when there is none', async () => {
    expect(await redispatch(table.db, [])).toEqual([]);
  });
});

describe('what a lost queue is rebuilt from', () => {
  async function pages(size: number): Promise<DueJob[][]> {
    const all: DueJob[][] = [];
    for await (const page of allUnclaimed(table.db, size)) all.push(page);
    return all;
  }

  test('is every unclaimed row once, due now or later, page by page', async () => {
    const due = await Promise.all(Array.from({ length: 7 }, () => late()));
    const delayed = await late();
    await set(delayed.taskId, `due_at = now() + interval '10 min'`);
    await table.claimed('poll');
    await table.uploaded();
    const got = await pages(3);
    expect(got.map((page) => page.length)).toEqual([3, 3, 2]);
    expect(got.flat().map((job) => job.taskId)).toEqual(ids([...due, delayed]));
    const later = got.flat().find((job) => job.taskId === delayed.taskId);
    expect(later?.delayMs).toBeGreaterThan(590_000);
    expect(later?.delayMs).toBeLessThanOrEqual(600_000);
  });

  test('has no gap and no double when rows come and go meanwhile', async () => {
    const before = await Promise.all(Array.from({ length: 20 }, () => late()));
    const seen: string[] = [];
    for await (const page of allUnclaimed(table.db, 4)) {
      seen.push(...page.map((job) => job.taskId));
      await late();
      if (seen.length > 60) break;
      await claim(table.db, one(page.slice(0, 1)), randomUUID());
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual(expect.arrayContaining(ids(before)));
  });

  test('is nothing when there is nothing', async () => {
    expect(await pages(10)).toEqual([]);
  });
});

describe('tasks whose deadline has passed', () => {
  const expired = async (limit: number) => (await expireDeadlines(table.db, limit)).map(({ taskId }) => taskId);
  const past = `deadline_at = now() - interval '1 s'`;

  test('name the job that the OCR service works on for nothing now', async () => {
    const [waiting, polling] = [await table.queued(), await table.claimed('poll')];
    for (const { taskId } of [waiting, polling]) await set(taskId, past);
    expect(await expireDeadlines(table.db, 10)).toEqual(
      expect.arrayContaining([
        { taskId: waiting.taskId, ocrJob: null },
        { taskId: polling.taskId, ocrJob: { endpoint: 'http://ocr.test', jobId: 'ocr-1' } },
      ]),
    );
  });

  test('fail whoever holds them, and a late answer is fenced off', async () => {
    const queued = await table.queued();
    const held = await table.claimed('submit');
    for (const { taskId } of [queued, held]) await set(taskId, past);
    expect((await expired(10)).sort()).toEqual(ids([queued, held]));
    expect(await table.row(held.taskId)).toMatchObject({
      status: 'ocr_failed',
      claimed_by: null,
      due_at: null,
      error_code: 'deadline_exceeded',
      error_message: 'The deadline of the task has passed.',
      finished_at: expect.any(Date),
    });
    expect((await table.events(held.taskId)).at(-1)).toMatchObject({
      type: 'failed',
      data: { code: 'deadline_exceeded', message: 'The deadline of the task has passed.' },
    });
    expect(await markSubmitted(table.db, held, { jobId: 'late', endpoint: 'http://ocr.test' })).toBeNull();
  });

  test('tell what they waited for', async () => {
    const mine = await table.claimed('poll');
    await applyStep(table.db, mine, {
      kind: 'wait',
      inMs: 60_000,
      code: 'ocr_unavailable',
      message: 'connection refused',
    });
    await set(mine.taskId, past);
    await expireDeadlines(table.db, 10);
    expect(await table.row(mine.taskId)).toMatchObject({
      error_message: 'The deadline of the task has passed. Last cause: connection refused',
      waiting_reason: null,
    });
  });

  test('are no others than those', async () => {
    const running = await table.queued();
    const ended = await table.claimed('submit');
    await applyStep(table.db, ended, { kind: 'fail', code: 'ocr_rejected', message: 'no' });
    await set(ended.taskId, past);
    expect(await expired(10)).toEqual([]);
    expect(await table.row(running.taskId)).toMatchObject({ status: 'queued' });
    expect(await table.row(ended.taskId)).toMatchObject({ error_code: 'ocr_rejected' });
  });

  test('end in batches, the latest first, and once for several reconcilers', async () => {
    const all = await Promise.all(Array.from({ length: 6 }, () => table.queued()));
    for (const [i, job] of all.entries()) await set(job.taskId, `deadline_at = now() - interval '${10 + i} s'`);
    expect(await expired(1)).toEqual([all.at(-1)?.taskId]);
    const rest = (await Promise.all([1, 2, 3].map(() => expired(10)))).flat();
    expect(rest.sort()).toEqual(ids(all.slice(0, -1)));
  });
});
