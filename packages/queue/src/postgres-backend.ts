import { STAGES, type Stage } from '@ocrelay/contracts';
import {
  assertSchemaCompatibility,
  type ConnectionOptions,
  createPostgresBackend,
  type createRedisBackend,
  DEFAULT_SCHEMA,
  Queue,
  runMigrations,
  SchemaMigrationRequiredError,
  Worker,
} from 'bullmq';
import type pg from 'pg';
import {
  EVENTS_KEPT,
  FAILED_KEPT,
  listen,
  type QueueBackend,
  type QueueStorage,
  QueueUnavailableError,
  WORKER_OPTIONS,
} from './backend.ts';
import { PreparedPool } from './prepared-pool.ts';
import { QUEUE_NAMES, queueName } from './queue-names.ts';

/** BullMQ's classes are typed for Redis unless every type parameter is given; the backend is what counts. */
const backendFactory = createPostgresBackend as unknown as typeof createRedisBackend;
const connectionOf = (pool: pg.Pool) => pool as unknown as ConnectionOptions;

/** Connections for queries, shared by all queues of the process; each worker holds one more to LISTEN. */
const QUERY_CONNECTIONS = 5;
const LISTEN_CONNECTIONS = 3;

/** Completed jobs are of interest while one looks at the queues; they gather fast. */
const COMPLETED_KEPT_MS = 60_000;

/** Queues in a schema of the database, so that one machine needs no Redis. One small pool for all of them. */
export function createQueuesOnPostgres(
  databaseUrl: string,
  onError: (error: Error) => void,
  storage: QueueStorage = 'make',
): QueueBackend {
  // The queue is a hint: what a crash of Postgres takes from it is added again, so no commit waits for the disk.
  const pool = new PreparedPool({
    connectionString: databaseUrl,
    application_name: 'ocrelay queues',
    options: `-c search_path=${DEFAULT_SCHEMA} -c statement_timeout=10000 -c lock_timeout=5000 -c synchronous_commit=off`,
    max: QUERY_CONNECTIONS + LISTEN_CONNECTIONS,
    connectionTimeoutMillis: 5_000,
    query_timeout: 12_000,
    keepAlive: true,
    onConnect: silenceEvents,
  });
  // BullMQ listens to the pool for each queue and worker it makes, and never stops: those that have ended would gather there.
  const listenAlone = () => pool.removeAllListeners('error').on('error', onError);
  listenAlone();
  // The pool listens to idle connections only: one that breaks while it is lent out would end the process.
  pool.on('connect', (client) => client.on('error', () => {}));
  const queues = new Map<Stage, Promise<Queue>>();
  let prepared: Promise<void> | null = null;
  let dropping: Promise<void> | null = null;

  /** Once a process; again after a failure. */
  const prepare = (lacking: QueueStorage = storage) => {
    prepared ??= (lacking === 'make' ? migrateSchema(pool) : assertSchema(pool)).catch((error: Error) => {
      prepared = null;
      throw new QueueUnavailableError(`Postgres does not take jobs: ${error.message}`, { cause: error });
    });
    return prepared;
  };
  const makeQueue = async (stage: Stage) => {
    await prepare();
    const queue = new Queue(
      queueName(stage),
      { connection: connectionOf(pool), streams: { events: { maxLen: EVENTS_KEPT } } },
      backendFactory,
    );
    listenAlone();
    queue.on('error', onError);
    return ready(queue);
  };

  const queueOf = (stage: Stage) => {
    const made = queues.get(stage) ?? makeQueue(stage);
    queues.set(stage, made);
    made.catch(() => queues.delete(stage));
    return made;
  };

  return {
    // BullMQ would look for old jobs at the end of every one, by a statement that is planned anew each time and reads the whole table
    // once statistics tell that a third of it is completed: a tenth of the database's time at first, nine tenths after minutes.
    retention: { removeOnComplete: false, removeOnFail: false },
    // Adding in bulk makes temporary tables, which take as long as adding so many one by one.
    bulkPaysFrom: 8,
    queue: queueOf,
    async worker(stage, processor, options) {
      await prepare();
      const worker = new Worker(
        queueName(stage),
        processor,
        { connection: connectionOf(pool), ...WORKER_OPTIONS, concurrency: options.concurrency },
        backendFactory,
      );
      listenAlone();
      return ready(listen(worker, options));
    },
    dropFinished() {
      // One at a time, however long it takes: two would want the same rows.
      dropping ??= dropFinished(queueOf).finally(() => {
        dropping = null;
      });
      return dropping;
    },
    async heal() {
      prepared = null;
      await prepare('make');
    },
    async close() {
      await Promise.allSettled([...queues.values()].map(async (queue) => (await queue).close()));
      await pool.end();
    },
  };
}

/**
 * BullMQ wakes who follows its events whenever it writes one, four times a job; here nobody does. A NOTIFY takes a lock of the whole
 * server until its commit, and wakes every connection that listens to anything: a seventh of the time that a task takes. It is left out
 * while another session has the lock by which BullMQ gathers NOTIFYs; who does follow events then finds them when it next looks.
 */
async function silenceEvents(client: pg.ClientBase): Promise<void> {
  try {
    await client.query(
      "select pg_advisory_lock_shared(hashtext('bullmq:evnotify:' || name)) from unnest($1::text[]) as queue(name)",
      [QUEUE_NAMES],
    );
  } catch (error) {
    // Then events are heard. Any other error is the connection's, which the pool must not lend out.
    if (!(error instanceof Error && 'code' in error && error.code === LOCK_NOT_AVAILABLE)) throw error;
  }
}

/** SQLSTATE of a wait for a lock that took too long. */
const LOCK_NOT_AVAILABLE = '55P03';

/** Removes what is old in each queue, whatever becomes of the others. @throws the first error, when all have been tried. */
async function dropFinished(queueOf: (stage: Stage) => Promise<Queue>): Promise<void> {
  let failure: unknown = null;
  for (const stage of STAGES) {
    try {
      const queue = await queueOf(stage);
      await queue.clean(COMPLETED_KEPT_MS, NO_LIMIT, 'completed');
      await queue.clean(await failedKeptMs(queue), NO_LIMIT, 'failed');
    } catch (error) {
      failure ??= error;
    }
  }
  if (failure !== null) throw failure;
}

/** What `clean` takes for all that there is; it does ten thousand in a statement. */
const NO_LIMIT = 0;

/** How old a failed job may get so that no more stay than shall, ms. */
async function failedKeptMs(queue: Queue): Promise<number> {
  const [oneTooMany] = await queue.getFailed(FAILED_KEPT.count, FAILED_KEPT.count);
  const finishedAt = oneTooMany?.finishedOn ?? 0;
  return Math.min(FAILED_KEPT.age * 1_000, Date.now() - finishedAt);
}

/**
 * BullMQ looks at the schema once for each queue and worker. One whose look failed stays broken for ever, long after
 * Postgres is back; so it is not kept. @throws QueueUnavailableError
 */
async function ready<T extends Queue | Worker>(made: T): Promise<T> {
  try {
    await made.waitUntilReady();
    return made;
  } catch (error) {
    void made.close().catch(() => {});
    throw new QueueUnavailableError(`Postgres does not take jobs: ${String(error)}`, { cause: error });
  }
}

/** @throws SchemaMigrationRequiredError when the queues have no schema. */
async function assertSchema(pool: pg.Pool): Promise<void> {
  const client = await pool.connect();
  try {
    if (!(await hasSchema(client))) throw new SchemaMigrationRequiredError(DEFAULT_SCHEMA);
    await assertSchemaCompatibility(client, DEFAULT_SCHEMA);
  } finally {
    client.release();
  }
}

/** Makes or updates the schema of the queues. When it is current, this is two reads and no DDL. */
async function migrateSchema(pool: pg.Pool): Promise<void> {
  const client = await pool.connect();
  try {
    if (await hasSchema(client)) await assertSchemaCompatibility(client, DEFAULT_SCHEMA);
    else await runMigrations(client, DEFAULT_SCHEMA);
  } finally {
    client.release();
  }
}

/** Asked before BullMQ reads it: a read that fails is an error in Postgres' log, at the first start of every installation. */
async function hasSchema(client: pg.PoolClient): Promise<boolean> {
  const { rows } = await client.query('select to_regclass($1) is not null as is_there', [
    `${DEFAULT_SCHEMA}.migration`,
  ]);
  return rows[0].is_there;
}
