import { isEldestWorker } from '@ocrelay/tasks';
import type { WorkerContext } from './context.ts';
import { type Repeated, repeat } from './repeat.ts';
import { wentThrough } from './went-through.ts';

/** At least as often, ms: on Postgres a thousand jobs may end in a second or two. */
const EVERY_MS = 10_000;

/**
 * Sees to it that finished jobs do not gather in the queues: as often as the reconciler looks at these, so that there is little to do
 * each time. Of all workers the eldest does.
 */
export function startDroppingFinished(context: WorkerContext): Repeated {
  const { config, database, queues, workerId } = context;
  return repeat(context, Math.min(config.reconcileIntervalMs, EVERY_MS), () =>
    wentThrough(context, 'postgres', async () => {
      if (!(await isEldestWorker(database.db, workerId))) return;
      await wentThrough(context, 'queue', () => queues.dropFinished());
    }),
  );
}
