import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import pg from 'pg';
import { createEmptyDatabase, type TestDatabase } from '../../../test/support/database.ts';
import { waitFor } from '../../../test/support/wait-for.ts';
import { migrate, missingMigrations } from '../src/index.ts';

jest.setTimeout(60_000);

let own: TestDatabase;
let pool: pg.Pool;
beforeEach(async () => {
  own = await createEmptyDatabase();
  pool = new pg.Pool({ connectionString: own.url, max: 2 });
  pool.on('error', () => {});
});
afterEach(async () => {
  await pool.end();
  await own.drop();
});

const applied = async () => (await pool.query('select hash from drizzle.__drizzle_migrations')).rows.length;

describe('migrating', () => {
  test('makes the tables, and a second time does nothing', async () => {
    const count = await migrate(own.url);
    expect(count).toBeGreaterThan(0);
    expect(await applied()).toBe(count);
    expect((await pool.query('select * from tasks')).rows).toEqual([]);
    expect(await migrate(own.url)).toBe(0);
    expect(await applied()).toBe(count);
  });

  test('by four at once is done once, and all of them go on', async () => {
    const counts = await Promise.all([1, 2, 3, 4].map(() => migrate(own.url)));
    expect(counts.filter((count) => count > 0)).toHaveLength(1);
    expect(await applied()).toBe(Math.max(...counts));
  });

  test('that is not needed takes no lock: it does not wait for one who holds them all', async () => {
    await migrate(own.url);
    const client = await pool.connect();
    try {
      await client.query('begin');
      await client.query('lock table tasks, task_events, workers in access exclusive mode');
      await client.query('select pg_advisory_xact_lock($1)', [0x6f637265]);
      expect(await migrate(own.url)).toBe(0);
    } finally {
      await client.query('rollback');
      client.release();
    }
  });

  test('waits for another that is at it', async () => {
    const client = await pool.connect();
    await client.query('select pg_advisory_lock($1)', [0x6f637265]);
    const migrating = migrate(own.url);
    const waiting = `select 1 from pg_locks join pg_database d on d.oid = database
      where datname = current_database() and locktype = 'advisory' and not granted`;
    await waitFor('the other to wait', async () => (await pool.query(waiting)).rows.length > 0, { patienceMs: 20_000 });
    expect(await missingMigrations(pool)).toBeGreaterThan(0);
    client.release(true);
    expect(await migrating).toBeGreaterThan(0);
  });

  test('leaves no connection behind', async () => {
    await migrate(own.url);
    const others = `select 1 from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`;
    await waitFor('no connection', async () => (await pool.query(others)).rows.length === 0, { patienceMs: 20_000 });
  });

  test('of a server that is away fails', async () => {
    await expect(migrate('postgres://127.0.0.1:1/none')).rejects.toThrow('ECONNREFUSED');
  });
});

describe('missing migrations', () => {
  test('are all of them in an empty database, and none when it is current', async () => {
    const all = await missingMigrations(pool);
    expect(all).toBeGreaterThan(0);
    expect(await migrate(own.url)).toBe(all);
    expect(await missingMigrations(pool)).toBe(0);
  });

  test('are those newer than the last that was applied', async () => {
    await migrate(own.url);
    await pool.query('update drizzle.__drizzle_migrations set created_at = 1');
    expect(await missingMigrations(pool)).toBeGreaterThan(0);
  });
});
