import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { UUID } from 'uuidv7';
import {
  createTask,
  deleteOldTasks,
  insertUntil,
  isEldestWorker,
  newTaskId,
  orphanedImages,
  orphanGraceMs,
} from '../src/index.ts';
import { madeAtMs } from '../src/upload-fence.ts';
import { DAY_MS, newTask, openTaskTable, type TaskTable } from './task-table.ts';

let table: TaskTable;
beforeAll(async () => {
  table = await openTaskTable();
});
afterAll(() => table.drop());
beforeEach(() => table.empty());

const TIMEOUT_MS = 120_000;
const GRACE_MS = orphanGraceMs(TIMEOUT_MS);
let made = 0;
const idOfAge = (ageMs: number) => {
  made += 1;
  return UUID.fromFieldsV7(Date.now() - ageMs, 0, 0, made).toString();
};
const keyOf = (id: string) => `images/2026/11/24/${id}.png`;

test('whatever the time-out, an image is swept long after the last moment in which its row may be inserted', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 31 - 1 }), (timeoutMs) => {
      const id = newTaskId();
      const insertForMs = insertUntil(id, timeoutMs).getTime() - (madeAtMs(id) ?? 0);
      expect(orphanGraceMs(timeoutMs)).toBeGreaterThanOrEqual(10 * timeoutMs);
      expect(insertForMs).toBeGreaterThan(timeoutMs);
      expect(orphanGraceMs(timeoutMs) - insertForMs).toBeGreaterThan(120_000);
    }),
  );
});

describe('the row of an upload that comes too late', () => {
  const late = { insertBefore: new Date(Date.now() - 60_000) };

  test('is not made', async () => {
    expect(await createTask(table.db, newTask(late))).toEqual({ kind: 'too_late' });
    expect(await table.rows('select id from tasks')).toEqual([]);
  });

  test('takes no Idempotency-Key either', async () => {
    const idempotency = { keyName: 'k', key: 'late' };
    expect(await createTask(table.db, newTask({ ...late, idempotency }))).toEqual({ kind: 'too_late' });
    expect(await createTask(table.db, newTask({ idempotency }))).toMatchObject({ kind: 'created' });
  });

  test('is made while there is time, by the database’s clock', async () => {
    const [row] = await table.rows("select now() + interval '1 minute' as later");
    expect(await createTask(table.db, newTask({ insertBefore: row?.['later'] }))).toMatchObject({ kind: 'created' });
  });
});

describe('an orphan', () => {
  test('is an image of a task that is not there, older than the grace', async () => {
    const [known, old, young] = [idOfAge(GRACE_MS + 60_000), idOfAge(GRACE_MS + 60_000), idOfAge(GRACE_MS - 60_000)];
    await createTask(table.db, newTask({ id: known, imagePath: keyOf(known) }));
    const keys = [known, old, young].map(keyOf);
    expect(await orphanedImages(table.db, keys, GRACE_MS)).toEqual([keyOf(old)]);
  });

  test.each(['images/readme.txt', 'images/2026/11/24/7d4c0ad6-5a0d-4a3b-9d3a-0123456789ab.png', 'images/a/b.png'])(
    'is not %s, which has no task’s id for a name',
    async (key) => {
      expect(await orphanedImages(table.db, [key], 0)).toEqual([]);
    },
  );
});

describe('a task past its retention', () => {
  const made = async (ageMs: number, status: string, changedMs = ageMs) => {
    const id = idOfAge(ageMs);
    await createTask(table.db, newTask({ id, imagePath: keyOf(id) }));
    const [stage, job] = status === 'ocr_processing' ? ['poll', 'x'] : [null, null];
    await table.rows(
      `update tasks set status = $2, updated_at = now() - $3 * interval '1 millisecond', stage = $4, ocr_job_id = $5,
              due_at = case when $4::text is not null then now() end, deadline_at = now() where id = $1`,
      [id, status, changedMs, stage, job],
    );
    return id;
  };

  test('goes with its events, result and keys; others stay', async () => {
    const old = await made(8 * DAY_MS, 'ocr_done');
    const never = await made(8 * DAY_MS, 'uploaded');
    const stay = [
      await made(6 * DAY_MS, 'ocr_done'),
      await made(8 * DAY_MS, 'ocr_processing'),
      await made(8 * DAY_MS, 'ocr_failed', DAY_MS),
    ];
    await table.rows(
      `insert into ocr_results (task_id, generation, raw, raw_sha256, page_count, plain_text) values ($1, 1, '{}', 'a', 1, '')`,
      [old],
    );
    expect((await deleteOldTasks(table.db, 7 * DAY_MS, 100)).sort()).toEqual([old, never].map(keyOf).sort());
    expect((await table.rows('select id from tasks')).map(({ id }) => id).sort()).toEqual(stay.sort());
    expect(await table.rows('select task_id from ocr_results')).toEqual([]);
    expect(await table.rows('select id from task_events where task_id = $1', [old])).toEqual([]);
  });

  test('goes in batches, the oldest first', async () => {
    const oldest = await made(10 * DAY_MS, 'ocr_done');
    await made(9 * DAY_MS, 'ocr_done');
    expect(await deleteOldTasks(table.db, 7 * DAY_MS, 1)).toEqual([keyOf(oldest)]);
    expect(await deleteOldTasks(table.db, 7 * DAY_MS, 1)).toHaveLength(1);
    expect(await deleteOldTasks(table.db, 7 * DAY_MS, 1)).toEqual([]);
  });

  test('may be longer than there has been time', async () => {
    await made(DAY_MS, 'ocr_done');
    expect(await deleteOldTasks(table.db, 1_000_000 * DAY_MS, 1)).toEqual([]);
  });
});

test('of the workers that live, the eldest is one', async () => {
  const [first, second, dead] = [newTaskId(), newTaskId(), newTaskId()];
  await table.rows(
    `insert into workers (id, hostname, pid, started_at, heartbeat_at) values
       ($1, 'h', 1, now() - interval '1 hour', now()), ($2, 'h', 2, now(), now()),
       ($3, 'h', 3, now() - interval '1 day', now() - interval '1 minute')`,
    [first, second, dead],
  );
  const eldest = await Promise.all([first, second, dead].map((id) => isEldestWorker(table.db, id)));
  expect(eldest).toEqual([true, false, false]);
});
