import type { Stage } from '@ocrelay/contracts';
import {
  type ConnectionOptions,
  createPostgresBackend,
  type createRedisBackend,
  DEFAULT_SCHEMA,
  Queue,
  Worker,
} from 'bullmq';
import type pg from 'pg';
import {
  EVENTS_KEPT,
  listen,
  type QueueBackend,
  type QueueStorage,
  QueueUnavailableError,
  WORKER_OPTIONS,
} from './backend.ts';
import { dropFinished } from './drop-finished.ts';
import { assertSchema, migrateSchema } from './postgres-schema.ts';
import { PreparedPool } from './prepared-pool.ts';
import { queueName } from './queue-names.ts';
import { silenceEvents } from './silence-events.ts';

/**
 * How long a worker waits at most to be woken before it looks by itself, s. BullMQ would wait for the next delayed job, up to an hour,
 * which is for ever where the network has forgotten the connection on which it is woken: nobody tells either end.
 */
const LONGEST_WAIT_S = 10;

/** BullMQ's classes are typed for Redis unless every type parameter is given; the backend is what counts. */
const backendFactory = ((...of: Parameters<typeof createPostgresBackend>) =>
  Object.defineProperty(createPostgresBackend(...of), 'maximumBlockTimeout', {
    value: LONGEST_WAIT_S,
  })) as unknown as typeof createRedisBackend;
const connectionOf = (pool: pg.Pool) => pool as unknown as ConnectionOptions;

/** Shared by all queues of the process; of them, each worker of a stage holds one to LISTEN. */
const CONNECTIONS = 8;

/** How long a connection is silent before the system asks whether its other end is there, ms; by default it asks after two hours. */
const KEEP_ALIVE_MS = 10_000;

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
    max: CONNECTIONS,
    connectionTimeoutMillis: 5_000,
    query_timeout: 12_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
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
