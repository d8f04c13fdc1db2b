/**
 * A database whose clock a test sets: time passes in it when the test says so, for every row and every statement at once.
 *
 * All times in decisions are the database's, and it is asked by `now()`. This database has a `now()` of its own, found before
 * the one that Postgres brings; defaults of columns use it too, since it is there before the tables are.
 */
import { migrate } from '@ocrelay/db';
import pg from 'pg';
import { createEmptyDatabase } from '../database.ts';

export interface ClockedDatabase {
  readonly url: string;
  /** For the test's own statements, on the same clock. */
  readonly sql: pg.Pool;
  /** Sets the clock so many ms ahead of where it is. */
  advance(ms: number): Promise<void>;
  /** Sets it back to the real time. */
  reset(): Promise<void>;
  drop(): Promise<void>;
}

export async function createClockedDatabase(): Promise<ClockedDatabase> {
  const database = await createEmptyDatabase();
  const name = new URL(database.url).pathname.slice(1);
  await once(database.url, [
    'create table public.clock (ahead interval not null)',
    `insert into public.clock values ('0')`,
    `create function public.now() returns timestamptz language sql stable
       as 'select pg_catalog.now() + (select ahead from public.clock)'`,
    `alter database ${name} set search_path = public, pg_catalog`,
  ]);
  await migrate(database.url);
  const sql = new pg.Pool({ connectionString: database.url, max: 2 });
  sql.on('error', () => {});
  return {
    url: database.url,
    sql,
    advance: async (ms) =>
      void (await sql.query(`update clock set ahead = ahead + $1 * interval '1 millisecond'`, [ms])),
    reset: async () => void (await sql.query(`update clock set ahead = '0'`)),
    async drop() {
      await sql.end();
      await database.drop();
    },
  };
}

async function once(url: string, statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
