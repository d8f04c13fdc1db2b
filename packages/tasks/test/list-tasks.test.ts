import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { listTasks, type Task } from '../src/index.ts';
import { openTaskTable, type TaskTable } from './task-table.ts';

jest.setTimeout(60_000);

let table: TaskTable;
beforeAll(async () => {
  table = await openTaskTable();
});
beforeEach(() => table.empty());
afterAll(() => table.drop());

const several = async (count: number) => {
  const ids: string[] = [];
  for (let i = 0; i < count; i++) ids.push(await table.uploaded());
  return ids.reverse();
};

/** All pages; `between` runs after each of them. */
async function walk(
  limit: number,
  status: Task['status'] | null = null,
  between: () => Promise<unknown> = async () => {},
) {
  const pages: string[][] = [];
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof listTasks>> = await listTasks(table.db, { status, limit, after });
    pages.push(page.tasks.map((task) => task.id));
    after = page.nextAfter;
    await between();
  } while (after !== null);
  return pages;
}

describe('the list of tasks', () => {
  test('is newest first', async () => {
    const ids = await several(3);
    expect(await walk(10)).toEqual([ids]);
  });

  test('ends with the last page, full or not', async () => {
    const ids = await several(6);
    expect(await walk(3)).toEqual([ids.slice(0, 3), ids.slice(3)]);
    expect(await walk(4)).toEqual([ids.slice(0, 4), ids.slice(4)]);
    expect(await walk(6)).toEqual([ids]);
  });

  test('is one empty page when there is nothing', async () => {
    expect(await walk(10)).toEqual([[]]);
  });

  test('has no gaps and no doubles while tasks come in', async () => {
    const ids = await several(12);
    const pages = await walk(5, null, () => several(3));
    expect(pages.flat()).toEqual(ids);
  });

  test('has no gaps while tasks go', async () => {
    const ids = await several(10);
    const first = await listTasks(table.db, { status: null, limit: 4, after: null });
    await table.rows('delete from tasks where id = $1', [first.nextAfter]);
    const second = await listTasks(table.db, { status: null, limit: 10, after: first.nextAfter });
    expect(second.tasks.map((task) => task.id)).toEqual(ids.slice(4));
  });

  test('of one status has only those', async () => {
    const queued = [(await table.queued()).taskId, (await table.queued()).taskId].reverse();
    await several(3);
    await table.claimed('poll');
    expect((await walk(1, 'queued')).flat()).toEqual(queued);
    expect((await walk(10, 'cancelled')).flat()).toEqual([]);
  });
});
