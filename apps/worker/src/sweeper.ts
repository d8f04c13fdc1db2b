/**
 * The sweeper removes what nobody needs any more: files of uploads that died, images without a task, and, where
 * RETENTION_DAYS says so, old tasks with their results and images.
 *
 * Rows go before images, so whatever ends it in the middle leaves images without a task, which it removes later; never
 * a task without its image. Of all workers the eldest sweeps: two at once would do no harm, and the work twice. It goes
 * through the store a piece at a time and begins again at its end. What is about to be committed is out of its reach: see
 * `upload-fence` in packages/tasks.
 */
import { areSuspicious, deleteOldTasks, isEldestWorker, orphanedImages, orphanGraceMs } from '@ocrelay/tasks';
import { oldTasksDeleted, orphansSuspicious, orphansSwept } from '@ocrelay/telemetry';
import type { WorkerContext } from './context.ts';
import { type Repeated, repeat } from './repeat.ts';
import { wentThrough } from './went-through.ts';

/** Images that are asked about in one statement, and statements a round. */
const IMAGES_AT_ONCE = 500;
const STATEMENTS_A_ROUND = 20;
/** Files of dead uploads that one round removes. */
const FILES_A_ROUND = 1_000;
/** Tasks that one statement deletes, with their events and results, and statements a round. */
const TASKS_AT_ONCE = 100;
const DELETES_A_ROUND = 50;

const DAY_MS = 86_400_000;

export function startSweeper(context: WorkerContext): Repeated {
  const stopping = new AbortController();
  const sweep = createSweep(context, stopping.signal);
  const rounds = repeat(context, context.config.sweepIntervalMs, sweep.round);
  return {
    async stop() {
      stopping.abort();
      await rounds.stop();
      await sweep.end();
    },
  };
}

/** A sweep, in as many rounds as there are to be; `end` lets go of the store. */
export function createSweep(
  context: WorkerContext,
  stopping: AbortSignal,
): { round(): Promise<void>; end(): Promise<void> } {
  let walk: AsyncIterator<string> | null = null;
  const part = (work: () => Promise<void>) => wentThrough(context, 'sweeper', work);

  const sweepImages = async () => {
    walk ??= context.images.list()[Symbol.asyncIterator]();
    try {
      if (await sweepOrphans(context, walk, stopping)) return;
    } catch (error) {
      walk = null; // from its beginning again
      throw error;
    }
    walk = null;
  };
  return {
    async round() {
      await part(async () => {
        if (!(await isEldestWorker(context.database.db, context.workerId))) return;
        await part(() => deleteOld(context, stopping));
        await part(() => dropDeadUploads(context));
        await part(sweepImages);
      });
    },
    end: async () => void (await walk?.return?.()),
  };
}

async function dropDeadUploads({ images, config, log }: WorkerContext): Promise<void> {
  const files = await images.dropAbandoned(orphanGraceMs(config.uploadTimeoutMs), FILES_A_ROUND);
  if (files > 0) orphansSwept(log, { files, images: 0 });
}

/** @returns whether there is more to walk through. */
async function sweepOrphans(
  context: WorkerContext,
  walk: AsyncIterator<string>,
  stopping: AbortSignal,
): Promise<boolean> {
  const { database, images, config, log } = context;
  for (let statement = 0; statement < STATEMENTS_A_ROUND && !stopping.aborted; statement += 1) {
    const keys: string[] = [];
    let isEnd = false;
    while (keys.length < IMAGES_AT_ONCE && !isEnd) {
      const next = await walk.next();
      isEnd = next.done === true;
      if (next.done !== true) keys.push(next.value);
    }
    const orphans = await orphanedImages(database.db, keys, orphanGraceMs(config.uploadTimeoutMs));
    if (areSuspicious(orphans.length, keys.length)) {
      orphansSuspicious(log, orphans.length, keys.length);
    } else if (orphans.length > 0) {
      for (const key of orphans) await images.delete(key);
      orphansSwept(log, { files: 0, images: orphans.length });
    }
    if (isEnd) return false;
  }
  return true;
}

async function deleteOld({ database, images, config, log }: WorkerContext, stopping: AbortSignal): Promise<void> {
  if (config.retentionDays === null) return;
  for (let statement = 0; statement < DELETES_A_ROUND && !stopping.aborted; statement += 1) {
    const keys = await deleteOldTasks(database.db, config.retentionDays * DAY_MS, TASKS_AT_ONCE);
    if (keys.length > 0) oldTasksDeleted(log, keys.length);
    for (const key of keys) await images.delete(key);
    if (keys.length < TASKS_AT_ONCE) return;
  }
}
