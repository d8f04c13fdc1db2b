import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { createTask, IDEMPOTENCY_MS, newTaskId, pruneIdempotencyKeys, timeline } from '../src/index.ts';
import { DAY_MS, newTask, openTaskTable, type TaskTable } from './task-table.ts';

jest.setTimeout(60_000);

let table: TaskTable;
beforeAll(async () => {
  table = await openTaskTable();
});
beforeEach(() => table.empty());
afterAll(() => table.drop());

const KEY = { keyName: 'scanner', key: 'batch-7-page-1' };
const upload = (overrides = {}) => createTask(table.db, newTask({ idempotency: KEY, ...overrides }));
const age = (ms: number) => table.rows(`update idempotency_keys set created_at = now() - $1 * interval '1 ms'`, [ms]);

describe('a new task', () => {
  test('is uploaded, and not started', async () => {
    const task = newTask({ originalFilename: null });
    expect(await createTask(table.db, task)).toEqual({ kind: 'created', job: null });
    expect(await table.row(task.id)).toMatchObject({
      status: 'uploaded',
      stage: null,
      generation: 1,
      dispatch: 0,
      due_at: null,
      deadline_at: null,
      original_filename: null,
      size_bytes: '1234',
      width: 640,
      height: 480,
    });
    expect((await timeline(table.db, task.id, 10, 0)).map((e) => e.type)).toEqual(['uploaded']);
  });

  test('can be queued at once, with its job and its deadline', async () => {
    const task = newTask({ startWithDeadlineMs: DAY_MS });
    expect(await createTask(table.db, task)).toEqual({
      kind: 'created',
      job: { taskId: task.id, stage: 'submit', generation: 1, dispatch: 1, attempt: 1, delayMs: 0, page: null },
    });
    const row = await table.row(task.id);
    expect(row).toMatchObject({ status: 'queued', stage: 'submit', dispatch: 1 });
    expect(row['deadline_at'] - row['started_at']).toBe(DAY_MS);
    expect((await timeline(table.db, task.id, 10, 0)).map((e) => e.type)).toEqual(['uploaded', 'queued']);
  });

  test('of more than 2 GiB keeps its size', async () => {
    const task = newTask({ sizeBytes: 5_000_000_000 });
    await createTask(table.db, task);
    expect(await table.row(task.id)).toMatchObject({ size_bytes: '5000000000' });
  });

  test('has an id that sorts after the ids before it', () => {
    const ids = Array.from({ length: 1_000 }, newTaskId);
    expect([...ids].sort()).toEqual(ids);
  });

  test('has a timeline that is read page by page', async () => {
    const { taskId } = await table.claimed('store');
    const all = await timeline(table.db, taskId, 100, 0);
    const first = await timeline(table.db, taskId, 2, 0);
    const rest = await timeline(table.db, taskId, 100, first.at(-1)?.id ?? 0);
    expect([...first, ...rest]).toEqual(all);
    expect(all.map((e) => e.type)).toEqual(['uploaded', 'queued', 'submitted', 'ocr_ended']);
  });
});

describe('an upload that comes again with its idempotency key', () => {
  test('gets the first task when the content is the same', async () => {
    const first = newTask({ idempotency: KEY });
    await createTask(table.db, first);
    expect(await upload({ imagePath: 'other/path.png' })).toEqual({
      kind: 'repeated',
      taskId: first.id,
      imagePath: first.imagePath,
    });
    expect(await table.rows('select id from tasks')).toEqual([{ id: first.id }]);
  });

  test('conflicts when the content is another', async () => {
    const first = newTask({ idempotency: KEY });
    await createTask(table.db, first);
    expect(await upload({ sha256: 'b'.repeat(64) })).toEqual({ kind: 'conflict', taskId: first.id });
    expect(await table.rows('select id from tasks')).toHaveLength(1);
  });

  test('makes one task of twenty at once', async () => {
    const made = await Promise.all(Array.from({ length: 20 }, () => upload({ startWithDeadlineMs: DAY_MS })));
    expect(made.filter((m) => m.kind === 'created')).toHaveLength(1);
    expect(made.filter((m) => m.kind === 'repeated')).toHaveLength(19);
    const [row, ...others] = await table.rows('select id from tasks');
    expect(others).toEqual([]);
    expect(new Set(made.flatMap((m) => (m.kind === 'repeated' ? [m.taskId] : [])))).toEqual(new Set([row?.['id']]));
  });

  test('makes a task of its own for another client', async () => {
    await upload();
    expect(await upload({ idempotency: { ...KEY, keyName: 'portal' } })).toMatchObject({ kind: 'created' });
  });

  test('is remembered for a day, and not longer', async () => {
    await upload();
    await age(IDEMPOTENCY_MS - 60_000);
    expect(await upload()).toMatchObject({ kind: 'repeated' });
    await age(IDEMPOTENCY_MS + 1_000);
    expect(await upload({ sha256: 'b'.repeat(64) })).toMatchObject({ kind: 'created' });
    expect(await upload({ sha256: 'b'.repeat(64) })).toMatchObject({ kind: 'repeated' });
  });

  test('makes one task of twenty at once when its key has run out', async () => {
    await upload();
    await age(IDEMPOTENCY_MS + 1_000);
    const made = await Promise.all(Array.from({ length: 20 }, () => upload()));
    expect(made.filter((m) => m.kind === 'created')).toHaveLength(1);
    expect(await table.rows('select id from tasks')).toHaveLength(2);
  });

  test('makes a task when the one before was deleted', async () => {
    await upload();
    await table.rows('delete from tasks');
    expect(await upload()).toMatchObject({ kind: 'created' });
  });

  test('is forgotten by pruning only when it is old', async () => {
    await upload();
    await pruneIdempotencyKeys(table.db, IDEMPOTENCY_MS);
    expect(await table.rows('select key from idempotency_keys')).toHaveLength(1);
    await age(IDEMPOTENCY_MS + 1_000);
    await pruneIdempotencyKeys(table.db, IDEMPOTENCY_MS);
    expect(await table.rows('select key from idempotency_keys')).toEqual([]);
  });
});
