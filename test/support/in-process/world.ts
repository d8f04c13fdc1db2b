/**
 * Ocrelay inside of a test: Postgres, queues, image store and OCR service are real, and its processes are parts of the test,
 * which can die at any effect. Nothing runs by itself: the test says when jobs are worked on, when a reconciler has its round,
 * and when time passes.
 */
import { mkdtemp, readdir, rm, stat, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadApiConfig, loadWorkerConfig } from '@ocrelay/config';
import type { Stage } from '@ocrelay/contracts';
import { openDatabase } from '@ocrelay/db';
import { openQueueBackend, type QueueJob } from '@ocrelay/queue';
import type { PendingImage } from '@ocrelay/storage';
import { HEARTBEAT_MS, heartbeat, LEASE_MS } from '@ocrelay/tasks';
import type pg from 'pg';
import { makeImageStore } from '../image-store.ts';
import { type FakeOcr, startFakeOcr } from '../ocr-server/index.ts';
import { BACKENDS } from '../ocrelay.ts';
import { startTestRedis } from '../redis.ts';
import { type ApiProcess, startApiProcess } from './api-process.ts';
import { createClockedDatabase } from './clock.ts';
import { type FickleStore, fickleStore } from './fickle-store.ts';
import { forgetHistory, keepHistory } from './history.ts';
import { type CrashPoint, createMortal } from './mortal.ts';
import { createPagePictures, type PagePictures, uniqueDocument } from './page-pictures.ts';
import { openTestQueues } from './queues.ts';
import { type EndpointsOf, startWorkerProcess, type WorkerProcess } from './worker-process.ts';

/** Small policies, so that a test meets their ends; no pauses, since only the test lets time pass. */
const SETTINGS = {
  LOG_LEVEL: 'silent',
  SPLIT_ATTEMPTS: '2',
  SUBMIT_ATTEMPTS: '2',
  POLL_ATTEMPTS: '2',
  STORE_ATTEMPTS: '2',
  SPLIT_BACKOFF_MS: '1',
  SUBMIT_BACKOFF_MS: '1',
  POLL_BACKOFF_MS: '1',
  STORE_BACKOFF_MS: '1',
  MAX_RESUBMITS: '1',
  START_WAIT_MS: '1',
  MIN_FREE_BYTES: '0',
  RETENTION_DAYS: '7',
};

export const DAY_MS = 86_400_000;

export interface World {
  readonly sql: pg.Pool;
  readonly ocr: FakeOcr;
  /** Tries that each stage has, and how often a lost job is submitted again. */
  readonly limits: { readonly attempts: Readonly<Record<Stage, number>>; readonly maxResubmits: number };
  /** Starts a worker with a fresh lease, to die where it is said. */
  startWorker(crash?: CrashPoint | null): Promise<WorkerProcess>;
  /** The eldest worker that lives; a new one when there is none. */
  livingWorker(): Promise<WorkerProcess>;
  startApi(crash?: CrashPoint | null): Promise<ApiProcess>;
  /** One that lives on. */
  readonly api: ApiProcess;
  /** A task of an image of its own, or of a document of so many pages. */
  upload(options?: { start?: boolean; pages?: number }): Promise<string>;
  /** The tasks of a document's pages, in their order. */
  pagesOf(taskId: string): Promise<string[]>;
  readonly pictures: Pick<PagePictures, 'script'>;
  /** The store cannot make so many of the next images durable. */
  readonly refuseImages: FickleStore['refuse'];
  /** Time passes for rows, leases, queues and files alike; workers that live renew their leases. */
  pass(ms: number): Promise<void>;
  /** What others notice of a process that has died: its connections are cut, and its lease has run out. */
  bury(dead: WorkerProcess | ApiProcess): Promise<void>;
  /** All data of the queues is lost. */
  loseQueues(): Promise<void>;
  /** Keys of all images that the store shows. */
  storedImages(): Promise<string[]>;
  /** The jobs of a stage that wait; the test may do with them what it likes. */
  waitingJobs(stage: Stage): Promise<QueueJob[]>;
  /** Somebody removes a task's image behind our back. */
  removeImageOf(taskId: string): Promise<void>;
  /** Keys of images that were removed so. */
  readonly removedImages: ReadonlySet<string>;
  /** Files of uploads that were neither committed nor discarded. */
  unfinishedUploads(): Promise<string[]>;
  /** As at first: no tasks, no images, no time has passed. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

/**
 * @param settings other environment variables than usual.
 * @param endpointsOf how its workers use the endpoints of the OCR service; as all workers do when not given.
 */
export async function createWorld(
  settings: Readonly<Record<string, string>> = {},
  endpointsOf?: EndpointsOf,
): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'ocrelay-in-process-'));
  const [database, ocr, redis] = await Promise.all([
    createClockedDatabase(),
    startFakeOcr(),
    BACKENDS[0] === 'redis' ? startTestRedis() : null,
  ]);
  const { sql } = database;
  await keepHistory(sql);
  const environment = {
    ...SETTINGS,
    DATABASE_URL: database.url,
    OCR_BASE_URL: ocr.url,
    STORAGE_URL: pathToFileURL(folder).href,
    ...(redis === null ? {} : { REDIS_URL: redis.url }),
    ...settings,
  };
  const workerConfig = loadWorkerConfig(environment);
  const { stages } = workerConfig;
  const apiConfig = loadApiConfig(environment);
  // Connecting takes longer than most of what is tested: what has no state of a process's own is shared by all of them.
  const store = fickleStore(await makeImageStore(workerConfig.storageUrl));
  const pictures = createPagePictures();
  const shared = {
    database: openDatabase(database.url, 'test', () => {}),
    backend: openQueueBackend(workerConfig.queue, () => {}),
    images: store.images,
    pictures,
    begun: new Set<PendingImage>(),
  };
  const queues = await openTestQueues(shared.backend);
  const beat = (id: string) => sql.query(heartbeat({ id, hostname: 'test', pid: process.pid }));
  const healthyApi = await startApiProcess(createMortal(null), apiConfig, shared);
  const workers = new Set<WorkerProcess>();
  const removedImages = new Set<string>();
  const processes = new Set<WorkerProcess | ApiProcess>();

  const world: World = {
    sql,
    ocr,
    limits: {
      attempts: {
        split: stages.split.attempts,
        submit: stages.submit.attempts,
        poll: stages.poll.attempts,
        store: stages.store.attempts,
      },
      maxResubmits: workerConfig.maxResubmits,
    },
    api: healthyApi,
    async startWorker(crash = null) {
      const worker = await startWorkerProcess(createMortal(crash), workerConfig, shared, queues, endpointsOf);
      await beat(worker.id);
      workers.add(worker);
      processes.add(worker);
      return worker;
    },
    livingWorker: async () => [...workers][0] ?? world.startWorker(),
    async startApi(crash = null) {
      const api = await startApiProcess(createMortal(crash), apiConfig, shared);
      processes.add(api);
      return api;
    },
    async upload({ start = false, pages } = {}) {
      const image = pages === undefined ? {} : { image: uniqueDocument(pages) };
      return (await healthyApi.upload({ start, ...image })).data.task_id;
    },
    async pagesOf(taskId) {
      const { rows } = await sql.query<{ id: string }>('select id from tasks where parent_id = $1 order by page', [
        taskId,
      ]);
      return rows.map(({ id }) => id);
    },
    pictures,
    refuseImages: store.refuse,
    async pass(ms) {
      await database.advance(ms);
      for (const { id } of workers) await beat(id);
      for (const file of await world.unfinishedUploads()) {
        const path = join(folder, 'incoming', file);
        const at = new Date((await stat(path)).mtimeMs - ms);
        await utimes(path, at, at);
      }
      await queues.releaseDue(sql);
    },
    async bury(dead) {
      dead.mortal.kill();
      await dead.end();
      await dead.mortal.settled();
      if (!('id' in dead)) return;
      workers.delete(dead);
      await queues.buryJobsOf(dead.id);
      const lateMs = LEASE_MS + HEARTBEAT_MS;
      await sql.query(`update workers set heartbeat_at = now() - $2 * interval '1 millisecond' where id = $1`, [
        dead.id,
        lateMs,
      ]);
    },
    loseQueues: () => queues.lose(),
    async storedImages() {
      const keys: string[] = [];
      for await (const key of shared.images.list()) keys.push(key);
      return keys;
    },
    waitingJobs: async (stage) => (await shared.backend.queue(stage)).getWaiting() as Promise<QueueJob[]>,
    async removeImageOf(taskId) {
      const { rows } = await sql.query('select image_path from tasks where id = $1', [taskId]);
      removedImages.add(rows[0].image_path);
      await shared.images.delete(rows[0].image_path);
    },
    removedImages,
    unfinishedUploads: () => readdir(join(folder, 'incoming')),
    async reset() {
      for (const one of processes) {
        one.mortal.kill();
        await one.end();
        one.mortal.bury();
      }
      workers.clear();
      processes.clear();
      await sql.query('delete from tasks; delete from workers; delete from ocr_endpoints');
      await forgetHistory(sql);
      await database.reset();
      for (const key of await world.storedImages()) await shared.images.delete(key);
      for (const pending of shared.begun) await pending.discard();
      shared.begun.clear();
      removedImages.clear();
      await queues.empty();
      pictures.script(() => null);
      store.refuse(0);
      ocr.script({ faults: [], job: {} });
      ocr.forget();
      ocr.stats.reads.clear();
    },
    async close() {
      await world.reset();
      await healthyApi.end();
      await queues.close();
      await shared.backend.close();
      await shared.database.close();
      await ocr.close();
      await redis?.kill();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return world;
}
