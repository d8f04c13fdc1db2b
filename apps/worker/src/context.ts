import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { WorkerConfig } from '@ocrelay/config';
import type { Stage } from '@ocrelay/contracts';
import { createWakeUpSender, type Database, openDatabase, type WakeUpSender } from '@ocrelay/db';
import { createOcrClient, type OcrClient } from '@ocrelay/ocr';
import { createPageReader, type PageReader } from '@ocrelay/pages';
import { createQueues, openQueueBackend, type QueueBackend, type Queues } from '@ocrelay/queue';
import { type ImageStore, openImageStore } from '@ocrelay/storage';
import type { FaultPolicy } from '@ocrelay/tasks';
import {
  createLogger,
  createWorkerMetrics,
  dependencyTrouble,
  type Logger,
  type WorkerMetrics,
} from '@ocrelay/telemetry';
import { type EndpointWatch, watchEndpoints } from './endpoints/watch.ts';
import { measuredOcr } from './measured-ocr.ts';
import { createLoneReader, type LoneReader } from './reading/lone-reader.ts';
import { createLoneRenderer, type LoneRenderer } from './reading/lone-renderer.ts';
import { createResultReader, type ResultReader } from './reading/result-reader.ts';
import { createDispatch, type Dispatch } from './stages/dispatch.ts';

/** Everything that stages and reconciler work with. Wired here and nowhere else. */
export interface WorkerContext {
  readonly workerId: string;
  readonly hostname: string;
  readonly config: WorkerConfig;
  readonly log: Logger;
  readonly metrics: WorkerMetrics;
  readonly database: Database;
  readonly backend: QueueBackend;
  readonly queues: Queues;
  readonly dispatch: Dispatch;
  readonly ocr: OcrClient;
  readonly endpoints: EndpointWatch;
  readonly images: ImageStore;
  readonly results: ResultReader;
  /** For results that a worker had in hand when it died. */
  readonly lone: LoneReader;
  readonly wakeUps: WakeUpSender;
  /** For the pictures of documents' pages. */
  readonly pageReader: PageReader;
  /** For pages that a worker was making a picture of when it died. */
  readonly loneRenderer: LoneRenderer;
  readonly policies: Readonly<Record<Stage, FaultPolicy>>;
  readonly random: () => number;
}

/** Nobody waits for a worker's adds; given up too early, a busy worker's jobs come only with the reconciler. */
const ADD_LIMIT_MS = 5_000;

/** What a worker reaches outside of its process: all that it does to the world goes through these. */
type WorkerDependencies = Pick<WorkerContext, 'database' | 'backend' | 'ocr' | 'images' | 'wakeUps'>;

/** Where the programs were built to that read results, and documents, apart from the worker's own thread. */
export interface Readers {
  readonly thread: URL;
  readonly process: URL;
  readonly renderProcess: URL;
  readonly pageThread: URL;
}

/** @param open opens what the worker reaches. */
export async function createWorkerContext(
  config: WorkerConfig,
  readers: Readers,
  open: (config: WorkerConfig, log: Logger) => Promise<WorkerDependencies> = openDependencies,
): Promise<WorkerContext> {
  const workerId = randomUUID();
  const log = createLogger({ name: 'worker', ...config.log });
  const metrics = createWorkerMetrics();
  const opened = await open(config, log);
  const dependencies = { ...opened, ocr: measuredOcr(opened.ocr, metrics) };
  const queues = createQueues(dependencies.backend);
  const results = createResultReader(readers.thread, config.ocr.token);
  const pageReader = createPageReader(readers.pageThread);
  const lone = createLoneReader(readers.process, { ...config.ocr, pollConnections: 1 });
  const policy = (of: keyof WorkerConfig['stages']): FaultPolicy => {
    const { attempts, backoffMs, backoffMaxMs } = config.stages[of];
    return { attempts, baseMs: backoffMs, capMs: backoffMaxMs, maxResubmits: config.maxResubmits };
  };
  return {
    ...dependencies,
    workerId,
    hostname: hostname(),
    config,
    log,
    metrics,
    queues,
    dispatch: createDispatch(queues, log),
    endpoints: watchEndpoints({
      db: dependencies.database.db,
      ocr: dependencies.ocr,
      queues,
      log,
      metrics,
      workerId,
      maxInFlight: config.ocr.maxInFlight,
      overloadPolicy: policy('submit'),
      tryForMs: config.ocr.connectTimeoutMs + 2 * config.ocr.requestTimeoutMs,
      random: Math.random,
    }),
    results,
    lone,
    pageReader,
    loneRenderer: createLoneRenderer(readers.renderProcess),
    policies: { split: policy('split'), submit: policy('submit'), poll: policy('poll'), store: policy('store') },
    random: Math.random,
  };
}

async function openDependencies(config: WorkerConfig, log: Logger): Promise<WorkerDependencies> {
  const database = openDatabase(config.databaseUrl, 'worker', (error) => dependencyTrouble(log, 'postgres', error));
  return {
    database,
    backend: openQueueBackend(config.queue, (error) => dependencyTrouble(log, 'queue', error), ADD_LIMIT_MS),
    ocr: createOcrClient({ ...config.ocr, pollConnections: config.stages.poll.concurrency }),
    images: await openImageStore(config.storageUrl),
    wakeUps: createWakeUpSender(database.pool),
  };
}
