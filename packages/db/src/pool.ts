import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { type Execute, prepared, type StatementNames } from './prepared.ts';

/** Rows: drizzle's query builder for what is read, and statements written with its `sql`, prepared once a connection. */
export interface Db extends Pick<NodePgDatabase, 'select' | 'insert' | 'update' | 'delete'> {
  readonly execute: Execute;
  /**
   * Several statements that count together or not at all, and nothing else: whoever awaits a queue, a service or a store in
   * between holds locks meanwhile. Each statement sees what was committed before it began. The work is done again when Postgres
   * ends it for a deadlock.
   */
  transaction<T>(work: (execute: Execute) => Promise<T>): Promise<T>;
}

/** A pool of connections and what speaks drizzle on it. */
export interface Database {
  readonly db: Db;
  readonly pool: pg.Pool;
  /** Waits for the queries that run, then closes all connections. */
  close(): Promise<void>;
}

/** Nothing that talks to Postgres waits for ever: limits in ms for a statement, a lock, an idle transaction. */
const LIMITS = '-c statement_timeout=30000 -c lock_timeout=5000 -c idle_in_transaction_session_timeout=10000';
/** What tasks are worked on by is in memory, or on a disk that does not turn: Postgres' default would rather read a table as a whole. */
const COSTS = '-c random_page_cost=1.1';

/** How long a connection is silent before the system asks whether its other end is there, ms; by default it asks after two hours. */
const KEEP_ALIVE_MS = 10_000;

/** Connection options that every client of Ocrelay shares. */
export function connectionOptions(databaseUrl: string, name: string): pg.ClientConfig {
  return {
    connectionString: databaseUrl,
    application_name: `ocrelay ${name}`,
    options: `${LIMITS} ${COSTS}`,
    connectionTimeoutMillis: 5_000,
    query_timeout: 35_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
  };
}

/**
 * Opens the pool for rows. Connects lazily: nothing fails here when Postgres is down.
 * @param onError called with what breaks an idle connection; without a listener it would end the process.
 */
export function openDatabase(databaseUrl: string, name: string, onError: (error: Error) => void, size = 10): Database {
  const pool = new pg.Pool({ ...connectionOptions(databaseUrl, name), max: size, idleTimeoutMillis: 30_000 });
  pool.on('error', onError);
  // The pool listens to idle connections only: one that breaks while it is lent out would end the process.
  pool.on('connect', (client) => client.on('error', () => {}));
  const orm = drizzle({ client: pool });
  const names: StatementNames = new Map();
  const db: Db = {
    select: orm.select.bind(orm) as Db['select'],
    insert: orm.insert.bind(orm),
    update: orm.update.bind(orm),
    delete: orm.delete.bind(orm),
    execute: prepared(pool, names),
    transaction: (work) => unlessDeadlocked(() => inTransaction(pool, names, work)),
  };
  return { db, pool, close: () => pool.end() };
}

const DEADLOCK = '40P01';
/** Whoever goes on is done in milliseconds. */
const TRIES = 5;

async function unlessDeadlocked<T>(work: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await work();
    } catch (error) {
      if (tried === TRIES || !isDeadlock(error)) throw error;
    }
  }
}

function isDeadlock(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) if ('code' in at && at.code === DEADLOCK) return true;
  return false;
}

async function inTransaction<T>(
  pool: pg.Pool,
  names: StatementNames,
  work: (execute: Execute) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let broken = false;
  try {
    await client.query('begin');
    const result = await work(prepared(client, names));
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch(() => {
      broken = true;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}
