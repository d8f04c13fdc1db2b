import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { admit, newTaskId, openBreaker, registerEndpoints, takeCensus } from '../src/index.ts';
import { openTaskTable, type TaskTable } from './task-table.ts';

jest.setTimeout(120_000);

const A = 'http://a.test';
const B = 'http://b.test';
let table: TaskTable;
beforeAll(async () => {
  table = await openTaskTable();
  await table.rows('alter table tasks set (autovacuum_enabled = false)'); // statistics are made when a test says so
});
afterAll(() => table.drop());
beforeEach(async () => {
  await table.empty();
  await table.rows('truncate ocr_endpoints');
});
const census = () => takeCensus(table.db, [A, B]);

/** Many tasks at once, of a status that asks nothing more of a row. */
function many(count: number, status: 'ocr_done' | 'cancelled') {
  return table.rows(
    `insert into tasks (id, status, ocr_job_id, image_path, content_type, size_bytes, sha256, width, height)
     select id, $2, case when $2 = 'ocr_done' then 'x' end, 'a/b.png', 'image/png', 1, repeat('a', 64), 1, 1
     from unnest($1::uuid[]) as id`,
    [Array.from({ length: count }, newTaskId), status],
  );
}

test('of an empty installation is zeros', async () => {
  expect(await census()).toEqual({
    tasks: { uploaded: 0, queued: 0, ocr_processing: 0, ocr_done: 0, ocr_failed: 0, cancelled: 0 },
    parked: 0,
    oldestDueS: 0,
    oldestParkedS: 0,
    workersAlive: 0,
    endpoints: [],
  });
});

describe('tasks of a status', () => {
  test('are counted exactly up to a limit, whatever the statistics say', async () => {
    await many(9_999, 'ocr_done');
    await table.rows('analyze tasks');
    await table.rows("delete from tasks where id in (select id from tasks where status = 'ocr_done' limit 99)");
    await table.uploaded();
    expect((await census()).tasks).toMatchObject({ ocr_done: 9_900, uploaded: 1 });
  });

  test('beyond it are estimated, and never less than what was counted', async () => {
    await many(10_500, 'ocr_done');
    await table.rows('delete from pg_statistic where starelid = $1::regclass', ['tasks']);
    expect((await census()).tasks.ocr_done).toBe(10_000); // before the first ANALYZE
    await many(2_500, 'ocr_done');
    await many(1_000, 'cancelled');
    await table.rows('analyze tasks'); // of so few rows, all are looked at
    expect((await census()).tasks).toMatchObject({ ocr_done: 13_000, cancelled: 1_000 });
  });
});

describe('the oldest due task', () => {
  const since = (taskId: string, seconds: number) =>
    table.rows(`update tasks set due_at = now() - $2 * interval '1 second' where id = $1`, [taskId, seconds]);

  test.each(['submit', 'poll', 'store'] as const)('is found in the %s stage', async (stage) => {
    const claim = await table.claimed(stage);
    await table.rows('update tasks set claimed_by = null, due_at = now() where id = $1', [claim.taskId]);
    await since(claim.taskId, 500);
    await since((await table.queued()).taskId, 20);
    const { oldestDueS } = await census();
    expect(Math.floor(oldestDueS / 100)).toBe(5);
  });

  test('is no task that waits for a later time, that a worker has, or that is parked', async () => {
    await since((await table.queued()).taskId, -500);
    await table.claimed('poll');
    const parked = await table.queued();
    await table.rows(`update tasks set due_at = null, parked_at = now() - interval '1 hour' where id = $1`, [
      parked.taskId,
    ]);
    const { oldestDueS, oldestParkedS, parked: count } = await census();
    expect([oldestDueS, count, Math.floor(oldestParkedS / 3_600)]).toEqual([0, 1, 1]);
  });
});

test('workers are alive while their lease runs', async () => {
  await table.rows(
    `insert into workers (id, hostname, pid, heartbeat_at)
     select gen_random_uuid(), 'h', n, now() - (n - 1) * interval '1 hour' from generate_series(1, 3) n`,
  );
  expect((await census()).workersAlive).toBe(1);
});

test('endpoints are those of the configuration, with their breakers and what they have in hand', async () => {
  await registerEndpoints(table.db, [A, B, 'http://former.test']);
  await openBreaker(table.db, B, { code: 'ocr_unavailable', message: 'away' }, randomUUID(), 0, () => 0);
  const refs = [await table.queued(), await table.queued()];
  await admit(table.db, refs, randomUUID(), { urls: [A, B], maxInFlight: null }, null);
  expect((await census()).endpoints).toMatchObject([
    { url: A, state: 'closed', jobLimit: null, inFlight: 2 },
    { url: B, state: 'open', jobLimit: null, inFlight: 0 },
  ]);
});
