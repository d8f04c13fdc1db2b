import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { sql } from 'drizzle-orm';
import pg from 'pg';
import { createEmptyDatabase, type TestDatabase } from '../../../test/support/database.ts';
import { waitFor } from '../../../test/support/wait-for.ts';
import { type Database, isDatabaseUnavailable, openDatabase } from '../src/index.ts';

jest.setTimeout(60_000);

let own: TestDatabase;
let database: Database;
const errors: Error[] = [];
beforeAll(async () => {
  own = await createEmptyDatabase();
  database = openDatabase(own.url, 'test', (error) => errors.push(error));
});
afterAll(async () => {
  await database.close();
  await own.drop();
});

const setting = async (name: string) => (await database.pool.query(`show ${name}`)).rows[0]?.[name];
/** What a piece of work is rejected with. */
const rejection = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => error,
  );

describe('the pool', () => {
  test('lets nothing wait for ever', async () => {
    expect(await setting('statement_timeout')).toBe('30s');
    expect(await setting('lock_timeout')).toBe('5s');
    expect(await setting('idle_in_transaction_session_timeout')).toBe('10s');
    expect(await setting('application_name')).toBe('ocrelay test');
  });

  test('survives that its idle connections are cut: it says so, and makes new ones', async () => {
    await database.pool.query('select 1');
    const client = new pg.Client(own.url);
    await client.connect();
    await client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'ocrelay test' and datname = current_database()`,
    );
    await client.end();
    await waitFor('the error', () => errors.length > 0);
    expect(errors.every(isDatabaseUnavailable)).toBe(true);
    expect((await database.pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  });

  test('is unavailable, and not broken, once it was closed', async () => {
    const closed = openDatabase(own.url, 'closed', () => {});
    await closed.close();
    expect(isDatabaseUnavailable(await rejection(closed.db.execute(sql`select 1`)))).toBe(true);
  });

  test('survives that a connection is cut while it is lent out', async () => {
    const client = await database.pool.connect();
    const gone = new Promise((resolve) => client.once('end', resolve));
    const { rows } = await client.query('select pg_backend_pid() as pid');
    await database.pool.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
    await gone;
    client.release(true);
    expect((await database.pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  });

  test('opens without a server, and fails when it is asked', async () => {
    const away = openDatabase('postgres://127.0.0.1:1/none', 'test', () => {});
    expect(isDatabaseUnavailable(await rejection(away.db.execute(sql`select 1`)))).toBe(true);
    await away.close();
  });
});

describe('a database that cannot be used now', () => {
  test('is told by a backend that is ended', async () => {
    const error = await rejection(database.db.execute(sql`select pg_terminate_backend(pg_backend_pid())`));
    expect(isDatabaseUnavailable(error)).toBe(true);
  });

  test('is told by a login that is refused, and by a database that is not there', async () => {
    for (const change of [(url: URL) => (url.username = 'nobody'), (url: URL) => (url.pathname = '/nowhere')]) {
      const url = new URL(own.url);
      change(url);
      const wrong = openDatabase(url.href, 'test', () => {});
      expect(isDatabaseUnavailable(await rejection(wrong.db.execute(sql`select 1`)))).toBe(true);
      await wrong.close();
    }
  });

  test('is told by a statement that takes too long', async () => {
    const client = await database.pool.connect();
    try {
      await client.query('set statement_timeout = 1');
      expect(isDatabaseUnavailable(await rejection(client.query('select pg_sleep(60)')))).toBe(true);
    } finally {
      client.release(true);
    }
  });

  test.each([
    ['a syntax error', sql`selekt 1`],
    ['a missing table', sql`select * from nowhere`],
    ['a division by zero', sql`select 1 / 0`],
  ])('is not told by %s', async (_what, statement) => {
    expect(isDatabaseUnavailable(await rejection(database.db.execute(statement)))).toBe(false);
  });

  test('is not told by what has nothing to do with it', () => {
    expect(isDatabaseUnavailable(new TypeError('x is not a function'))).toBe(false);
    expect(isDatabaseUnavailable('ECONNREFUSED')).toBe(false);
    expect(isDatabaseUnavailable(null)).toBe(false);
  });

  test('is told by a cause, and by one of several addresses', () => {
    const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    expect(isDatabaseUnavailable(new Error('query', { cause: new Error('outer', { cause: refused }) }))).toBe(true);
    expect(isDatabaseUnavailable(new AggregateError([new Error('no'), refused]))).toBe(true);
  });
});
