import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { WorkerConfig } from '@ocrelay/config';
import { createWakeUpSender, type Database, openDatabase, type WakeUpSender } from '@ocrelay/db';
import { createOcrClient, type OcrClient } from '@ocrelay/ocr';
import { createQueues, openQueueBackend, type QueueBackend, type Queues } from '@ocrelay/queue';
import { type ImageStore, openImageStore } from '@ocrelay/storage';
import type { FaultPolicy } from '@ocrelay/tasks';
import { createLogger, dependencyTrouble, type Logger } from '@ocrelay/telemetry';
import { type EndpointWatch, watchEndpoints } from './endpoint-watch.ts';
import { createResultReader, type ResultReader } from './reading/result-reader.ts';
import { createDispatch, type Dispatch } from './stages/dispatch.ts';

/** Everything that stages and reconciler work with. Wired here and nowhere else. */
export interface WorkerContext {
  readonly workerId: string;
  readonly hostname: string;
  readonly config: WorkerConfig;
  readonly log: Logger;
  readonly database: Database;
  readonly backend: QueueBackend;
  readonly queues: Queues;
  readonly dispatch: Dispatch;
  readonly ocr: OcrClient;
  readonly endpoints: EndpointWatch;
  readonly images: ImageStore;
  readonly results: ResultReader;
  readonly wakeUps: WakeUpSender;
  readonly policies: Readonly<Record<'submit' | 'poll' | 'store', FaultPolicy>>;
  readonly random: () => number;
}

/** Nobody waits for a worker's adds; given up too early, a busy worker's jobs come only with the reconciler. */
const ADD_LIMIT_MS = 5_000;

/** @param readerThread where the thread that parses large results was built to. */
export async function createWorkerContext(config: WorkerConfig, readerThread: URL): Promise<WorkerContext> {
  const workerId = randomUUID();
  const log = createLogger({ name: 'worker', ...config.log });
  const database = openDatabase(config.databaseUrl, 'worker', (error) => dependencyTrouble(log, 'postgres', error));
  const backend = openQueueBackend(config.queue, (error) => dependencyTrouble(log, 'queue', error), ADD_LIMIT_MS);
  const queues = createQueues(backend);
  const ocr = createOcrClient({ ...config.ocr, pollConnections: config.stages.poll.concurrency });
  const results = createResultReader(readerThread, config.ocr.token);
  const policy = (of: keyof WorkerConfig['stages']): FaultPolicy => {
    const { attempts, backoffMs, backoffMaxMs } = config.stages[of];
    return { attempts, baseMs: backoffMs, capMs: backoffMaxMs, maxResubmits: config.maxResubmits };
  };
  return {
    workerId,
    hostname: hostname(),
    config,
    log,
    database,
    backend,
    queues,
    dispatch: createDispatch(queues, log),
    ocr,
    endpoints: watchEndpoints({
      db: database.db,
      ocr,
      queues,
      log,
      workerId,
      maxInFlight: config.ocr.maxInFlight,
      overloadPolicy: policy('submit'),
      tryForMs: config.ocr.connectTimeoutMs + 2 * config.ocr.requestTimeoutMs,
      random: Math.random,
    }),
    images: await openImageStore(config.storageUrl, 'leave'),
    results,
    wakeUps: createWakeUpSender(database.pool),
    policies: { submit: policy('submit'), poll: policy('poll'), store: policy('store') },
    random: Math.random,
  };
}
