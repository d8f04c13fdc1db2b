/** How long it takes from the OCR service's "finished" to the stored row, at 50 tasks a second, against the bare stages. */
import { setTimeout as sleep } from 'node:timers/promises';
import { openDatabase } from '@ocrelay/db';
import { createQueues, openQueueBackend } from '@ocrelay/queue';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { makeImageStore } from '../support/image-store.ts';
import { largeImage } from '../support/images.ts';
import { startProgram } from './processes.ts';
import { line, median, percentile, ratio } from './report.ts';
import type { Services } from './services.ts';
import { startBareStages, startWorker, untilCount } from './stages.ts';
import { createTask, imageOf } from './tasks.ts';

const TASKS = 500;
/** Of those, the first are not counted: programs that have just started are slow. */
const WARM_UP = 100;
const EVERY_MS = 20;
const ROUNDS = 3;
/** A page takes this long, so that a poll is being held when it ends. */
const LATENCY = { LATENCY_MS: '300', LATENCY_MAX_MS: '600' };

/** What a result says of its own end, in ms since 1970. */
const ENDED_AT_MS = "(convert_from(raw, 'UTF8')::jsonb->'final'->>'ended_at_ms')::numeric";

export async function benchFreshness(services: Services, redisUrl: string): Promise<void> {
  const ratios: Record<string, number[]> = { Redis: [], Postgres: [] };
  const ocr = await startProgram('test/support/ocr-server/main', LATENCY);
  for (let round = 1; round <= ROUNDS; round += 1) {
    const bare = await bareDelays(services, redisUrl, ocr.url);
    const delays = {
      Redis: await taskDelays(services, redisUrl, ocr.url),
      Postgres: await taskDelays(services, null, ocr.url),
    };
    for (const [name, ours] of Object.entries(delays)) ratios[name]?.push(median(ours) / median(bare));
    line(
      `round ${round}: finished to stored, bare, Redis, Postgres (ms)`,
      [bare, ...Object.values(delays)].map((all) => median(all).toFixed(0)).join(' '),
      `99 of 100 within ${[bare, ...Object.values(delays)].map((all) => percentile(all, 0.99).toFixed(0)).join(' ')}`,
    );
  }
  line('finished to stored at 50 tasks/s against bare, on Redis', ratio(median(ratios['Redis'] ?? [])), 'at most 2.50');
  line('the same on Postgres', ratio(median(ratios['Postgres'] ?? [])));
  await ocr.stop();
}

async function bareDelays(services: Services, redisUrl: string, ocrUrl: string): Promise<number[]> {
  const connection = new Redis(redisUrl, { maxRetriesPerRequest: null });
  const queue = new Queue('bare-submit', { connection });
  const worker = await startBareStages(services, ocrUrl);
  const run = String(performance.now());
  for (let n = 0; n < TASKS; n += 1) {
    void queue.add('submit', { id: `${run}.${n}` }, { removeOnComplete: 200 });
    await sleep(EVERY_MS);
  }
  await untilCount(services, `select count(*) from bare_results where id like '${run}.%'`, TASKS);
  await worker.stop();
  await queue.obliterate({ force: true });
  connection.disconnect();
  const { rows } = await services.sql.query<{ ms: string }>(
    `select extract(epoch from finished_at) * 1000 - ${ENDED_AT_MS} as ms from bare_results where id like '${run}.%' order by finished_at offset ${WARM_UP}`,
  );
  return rows.map(({ ms }) => Number(ms));
}

async function taskDelays(services: Services, redisUrl: string | null, ocrUrl: string): Promise<number[]> {
  const database = openDatabase(services.databaseUrl, 'bench', () => {});
  const backend = openQueueBackend({ databaseUrl: services.databaseUrl, redisUrl }, () => {});
  const queues = createQueues(backend);
  const image = await imageOf(await makeImageStore(services.storageUrl), largeImage(10_000));
  const worker = await startWorker(services, ocrUrl, redisUrl, {});
  const ids: string[] = [];
  for (let n = 0; n < TASKS; n += 1) {
    void createTask(database.db, image).then(async (job) => {
      ids.push(job.taskId);
      await queues.add(job);
    });
    await sleep(EVERY_MS);
  }
  while (ids.length < TASKS) await sleep(EVERY_MS);
  await untilCount(services, 'select count(*) from ocr_results where task_id = any($1)', TASKS, ids);
  await worker.stop();
  await backend.close();
  await database.close();
  const { rows } = await services.sql.query<{ ms: string }>(
    `select extract(epoch from t.finished_at) * 1000 - ${ENDED_AT_MS} as ms
     from tasks t join ocr_results r on r.task_id = t.id where t.id = any($1) order by t.finished_at offset ${WARM_UP}`,
    [ids],
  );
  return rows.map(({ ms }) => Number(ms));
}
