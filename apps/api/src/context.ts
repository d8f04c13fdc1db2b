import { setMaxListeners } from 'node:events';
import type { ApiConfig } from '@ocrelay/config';
import {
  createWakeUpSender,
  type Database,
  listenForWakeUps,
  openDatabase,
  type WakeUpSender,
  type WakeUps,
} from '@ocrelay/db';
import { createOcrClient, type OcrClient } from '@ocrelay/ocr';
import { createPageReader, type PageReader } from '@ocrelay/pages';
import { createQueues, openQueueBackend, type QueueBackend, type Queues } from '@ocrelay/queue';
import { type ImageStore, openImageStore } from '@ocrelay/storage';
import { createTaskCreator, type TaskCreator, takeCensus } from '@ocrelay/tasks';
import { type ApiMetrics, createApiMetrics, createLogger, dependencyTrouble, type Logger } from '@ocrelay/telemetry';
import { createOverload, type Overload } from './backpressure/overload.ts';
import { createDocumentOf, type DocumentOf } from './documents/document-of.ts';
import { createDocumentWorkshop, type DocumentWorkshop } from './documents/document-workshop.ts';
import { createInstallationWatch } from './metrics/installation-watch.ts';
import { findOcrStanding } from './readiness/ocr-standing.ts';
import { createReadiness, type Readiness } from './readiness/readiness.ts';

/** Everything that routes work with. Wired here and nowhere else. */
export interface ApiContext {
  readonly config: ApiConfig;
  readonly log: Logger;
  readonly metrics: ApiMetrics;
  /** Brings what the metrics show of the whole installation up to date. */
  readonly watchInstallation: () => Promise<void>;
  readonly database: Database;
  readonly backend: QueueBackend;
  readonly queues: Queues;
  readonly ocr: OcrClient;
  readonly images: ImageStore;
  readonly createTask: TaskCreator;
  readonly wakeUps: WakeUps;
  /** Tells waiting starts and workers what an operation did to a task. */
  readonly tell: WakeUpSender;
  readonly readiness: Readiness;
  readonly overload: Overload;
  /** Makes documents and files off the event loop. */
  readonly workshop: DocumentWorkshop;
  readonly documentOf: DocumentOf;
  /** Looks into the documents that are uploaded, off the event loop. */
  readonly pageReader: PageReader;
  /** Aborted when the server stops: what only waits ends then. */
  readonly draining: AbortSignal;
  drain(): void;
  close(): Promise<void>;
}

/** The compiled files of the threads. */
export interface ApiThreads {
  /** `documents/document-thread` */
  readonly document: URL;
  /** `upload/page-thread` */
  readonly page: URL;
  /** `upload/store-thread` */
  readonly store: URL;
}

/** Documents that are looked into at the same time: one that takes its time does not hold up all others. */
const INSPECTIONS = 2;
/** The API never polls the OCR service, so that a few connections do. */
const OCR_CONNECTIONS = 4;

/** What the API reaches outside of its process: all that it does to the world goes through these. */
type ApiDependencies = Pick<ApiContext, 'database' | 'backend' | 'ocr' | 'images' | 'wakeUps' | 'tell'>;

/** @param open opens what the API reaches. */
export async function createApiContext(
  config: ApiConfig,
  threads: ApiThreads,
  open: (config: ApiConfig, threads: ApiThreads, log: Logger) => Promise<ApiDependencies> = openDependencies,
): Promise<ApiContext> {
  const log = createLogger({ name: 'api', ...config.log });
  const metrics = createApiMetrics();
  const dependencies = await open(config, threads, log);
  const { database, backend, ocr, images, wakeUps } = dependencies;
  const queues = createQueues(backend);
  const workshop = createDocumentWorkshop(threads.document);
  const pageReader = createPageReader(threads.page, { threads: INSPECTIONS });
  const overload = createOverload({ db: database.db, images, config, log });
  const draining = new AbortController();
  setMaxListeners(0, draining.signal); // every start that waits listens, and every image whose row is in doubt
  return {
    ...dependencies,
    config,
    log,
    metrics,
    watchInstallation: createInstallationWatch(() => takeCensus(database.db, ocr.endpoints), metrics),
    queues,
    createTask: createTaskCreator(database.db),
    overload,
    workshop,
    documentOf: createDocumentOf(database.db, workshop),
    pageReader,
    readiness: createReadiness({
      database,
      images,
      queues,
      ocr,
      ocrStanding: () => findOcrStanding(database.db, ocr.endpoints),
      overload,
      draining: draining.signal,
    }),
    draining: draining.signal,
    drain: () => draining.abort(),
    async close() {
      await Promise.allSettled([
        workshop.close(),
        pageReader.close(),
        images.close(),
        ocr.close(),
        backend.close(),
        wakeUps.close(),
      ]);
      await database.close();
    },
  };
}

async function openDependencies(config: ApiConfig, threads: ApiThreads, log: Logger): Promise<ApiDependencies> {
  const images = await openImageStore(config.storageUrl, { thread: threads.store });
  const database = openDatabase(config.databaseUrl, 'api', (error) => dependencyTrouble(log, 'postgres', error));
  return {
    images,
    database,
    backend: openQueueBackend(config.queue, (error) => dependencyTrouble(log, 'queue', error)),
    ocr: createOcrClient({ ...config.ocr, pollConnections: OCR_CONNECTIONS }),
    wakeUps: listenForWakeUps(config.databaseUrl),
    tell: createWakeUpSender(database.pool),
  };
}
