import { isEldestWorker } from '@ocrelay/tasks';
import { dependencyTrouble } from '@ocrelay/telemetry';
import type { WorkerContext } from './context.ts';
import { type Repeated, repeat } from './repeat.ts';

/**
 * Sees to it that finished jobs do not gather in the queues: as often as the reconciler looks at these, so that there is little to do
 * each time. Of all workers the eldest does.
 */
export function startDroppingFinished(context: WorkerContext): Repeated {
  const { config, database, queues, workerId, log } = context;
  return repeat(context, config.reconcileIntervalMs, async () => {
    try {
      if (await isEldestWorker(database.db, workerId)) await queues.dropFinished();
    } catch (error) {
      dependencyTrouble(log, 'queue', error);
    }
  });
}
