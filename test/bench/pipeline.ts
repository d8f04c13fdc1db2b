/** Tasks a second of one worker, against three bare BullMQ stages with one final insert on Redis. */
import { openDatabase } from '@ocrelay/db';
import { createQueues, openQueueBackend } from '@ocrelay/queue';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { makeImageStore } from '../support/image-store.ts';
import { largeImage } from '../support/images.ts';
import { benchFreshness } from './freshness.ts';
import { cpuMs, startProgram } from './processes.ts';
import { heading, line, median, ratio } from './report.ts';
import { type Services, startServices } from './services.ts';
import { startBareStages, startWorker, untilCount } from './stages.ts';
import { createTask, imageOf } from './tasks.ts';

const TASKS = 2_000;
const ROUNDS = 3;

export async function benchPipeline(): Promise<void> {
  heading('Pipeline: one worker against three bare BullMQ stages, OCR service without latency');
  const services = await startServices();
  try {
    if (services.redisUrl === null) {
      line('needs a redis-server on the PATH', 'skipped');
      return;
    }
    const ocr = await startProgram('test/support/ocr-server/main', { LATENCY_MS: '0' });
    const onRedis: number[] = [];
    const onPostgres: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const bare = await bareStages(services, ocr.url);
      const redis = await oneWorker(services, ocr.url, services.redisUrl);
      const postgres = await oneWorker(services, ocr.url, null);
      onRedis.push(redis.perSecond / bare.perSecond);
      onPostgres.push(postgres.perSecond / bare.perSecond);
      line(
        `round ${round + 1}: bare, Redis, Postgres (tasks/s)`,
        [bare, redis, postgres].map((r) => r.perSecond.toFixed(0)).join(' '),
      );
    }
    line('tasks/s against bare, on Redis', ratio(median(onRedis)), 'floor 0.60');
    line('tasks/s against bare, on Postgres', ratio(median(onPostgres)), 'floor 0.35');
    await ocr.stop();
    await slowService(services);
    await benchFreshness(services, services.redisUrl);
    line('idle worker', `${(await idleShare(services)).toFixed(1)} % CPU`, 'at most 2 %');
  } finally {
    await services.stop();
  }
}

interface Run {
  readonly perSecond: number;
}

async function bareStages(services: Services, ocrUrl: string): Promise<Run> {
  const connection = new Redis(services.redisUrl ?? '', { maxRetriesPerRequest: null });
  const queue = new Queue('bare-submit', { connection });
  const run = String(performance.now());
  await queue.addBulk(
    Array.from({ length: TASKS }, (_, n) => ({
      name: 'submit',
      data: { id: `${run}.${n}` },
      opts: { removeOnComplete: 200 },
    })),
  );
  const worker = await startBareStages(services, ocrUrl);
  const readyAt = performance.now();
  await untilCount(services, `select count(*) from bare_results where id like '${run}.%'`, TASKS);
  const perSecond = TASKS / ((performance.now() - readyAt) / 1000);
  await worker.stop();
  await queue.obliterate({ force: true });
  connection.disconnect();
  return { perSecond };
}

async function oneWorker(
  services: Services,
  ocrUrl: string,
  redisUrl: string | null,
  env: Record<string, string> = {},
  count = TASKS,
): Promise<Run> {
  const ids = await preload(services, redisUrl, count);
  const worker = await startWorker(services, ocrUrl, redisUrl, env);
  const readyAt = performance.now();
  await untilCount(services, `select count(*) from ocr_results where task_id = any($1)`, count, ids);
  const perSecond = count / ((performance.now() - readyAt) / 1000);
  await worker.stop();
  return { perSecond };
}

/** Tasks that are queued, with their jobs, before the worker starts. */
async function preload(services: Services, redisUrl: string | null, count: number): Promise<string[]> {
  const database = openDatabase(services.databaseUrl, 'bench', () => {});
  const backend = openQueueBackend({ databaseUrl: services.databaseUrl, redisUrl }, () => {});
  const queues = createQueues(backend);
  const image = await imageOf(await makeImageStore(services.storageUrl), largeImage(10_000));
  const jobs = await Promise.all(Array.from({ length: count }, () => createTask(database.db, image)));
  for (;;) {
    // Redis connects in the background.
    if (
      await queues.addBulk(jobs).then(
        () => true,
        () => false,
      )
    )
      break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await queues.markIntact();
  await backend.close();
  await database.close();
  return jobs.map((job) => job.taskId);
}

/** With a service that takes 0.5 to 1 s a page: how many jobs are in flight, and tasks a second. */
async function slowService(services: Services): Promise<void> {
  const ocr = await startProgram('test/support/ocr-server/main', { LATENCY_MS: '500', LATENCY_MAX_MS: '1000' });
  const run = oneWorker(services, ocr.url, services.redisUrl, {}, 4_000);
  let most = 0;
  const timer = setInterval(() => {
    services.sql
      .query("select count(*) from tasks where status = 'ocr_processing'")
      .then(({ rows }) => {
        most = Math.max(most, Number(rows[0]?.count));
      })
      .catch(() => {});
  }, 200);
  const { perSecond } = await run;
  clearInterval(timer);
  line('0.5–1 s a page: tasks/s of one worker', perSecond.toFixed(0), 'floor 250');
  line('0.5–1 s a page: most jobs in flight', String(most), 'floor 256');
  await ocr.stop();
}

/** Share of one core that a worker with nothing to do takes, percent. */
async function idleShare(services: Services): Promise<number> {
  const worker = await startWorker(services, 'http://127.0.0.1:9', services.redisUrl, {});
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  const before = cpuMs(worker.child.pid);
  const forMs = 20_000;
  await new Promise((resolve) => setTimeout(resolve, forMs));
  const share = ((cpuMs(worker.child.pid) - before) / forMs) * 100;
  await worker.stop();
  return share;
}
