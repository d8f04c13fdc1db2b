import { randomUUID } from 'node:crypto';
import { type Database, migrate, openDatabase } from '@ocrelay/db';
import pg from 'pg';

/** A database with all tables that nobody connects to, made once for all suites: copying its files is a fifth of the work. */
const TEMPLATE = 'test_template';

/** A database of a suite's own on the server that all suites share. */
export interface TestDatabase {
  readonly url: string;
  /** Removes it, whoever is still connected. */
  drop(): Promise<void>;
}

/** Makes what {@link createTestDatabase} copies. Before all suites, on the server that they share. */
export async function createTemplate(server: string): Promise<void> {
  await onServer(server, `create database ${TEMPLATE} strategy file_copy`);
  await migrate(onDatabase(server, TEMPLATE));
  // One that has connections cannot be copied.
  await onServer(server, `alter database ${TEMPLATE} allow_connections false`);
}

/** A fresh database with all tables. @throws Error when TEST_DATABASE_URL is not set. */
export function createTestDatabase(): Promise<TestDatabase> {
  return createDatabase(TEMPLATE);
}

/** Its connections are closed before it is removed. */
export type OpenTestDatabase = TestDatabase & Database;

/** A fresh database with all tables, and a pool of connections to it. */
export async function openTestDatabase(connections?: number): Promise<OpenTestDatabase> {
  const { url, drop } = await createTestDatabase();
  const database = openDatabase(url, 'test', () => {}, connections);
  return {
    ...database,
    url,
    async drop() {
      await database.close();
      await drop();
    },
  };
}

/** A fresh database with nothing in it. @throws Error when TEST_DATABASE_URL is not set. */
export function createEmptyDatabase(): Promise<TestDatabase> {
  return createDatabase('template1');
}

async function createDatabase(template: string): Promise<TestDatabase> {
  const server = process.env['TEST_DATABASE_URL'];
  if (server === undefined)
    throw new Error('TEST_DATABASE_URL is not set: it names the Postgres that the tests may use');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await onServer(server, `create database ${name} template ${template} strategy file_copy`);
  return {
    url: onDatabase(server, name),
    drop: () => onServer(server, `drop database if exists ${name} with (force)`),
  };
}

function onDatabase(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

async function onServer(server: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
