import { setTimeout as sleep } from 'node:timers/promises';
import { isDatabaseUnavailable } from '@ocrelay/db';
import { dependencyTrouble } from '@ocrelay/telemetry';
import type { WorkerContext } from '../context.ts';

const AGAIN_MS = 500;

/**
 * Does what needs Postgres, again and again while Postgres is away, and says so.
 *
 * For a claim: its job is held, not used up, or a short outage would empty the queue. For the move after an effect: an answer
 * that is dropped for an outage would have to be asked for again, and an image be read twice. Such a move is not ended by a
 * lost lease either, since that is lost in every outage: its guard decides, and changes nothing when somebody else has taken
 * the task up. Run again, it finds its own commit whose answer was lost as it finds somebody else's.
 * @param signal when it aborts, the pause between two tries ends; whether there is another try is the work's to say.
 * @throws what the work throws while the database is there.
 */
export async function throughOutages<T>(
  { log }: Pick<WorkerContext, 'log'>,
  work: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isDatabaseUnavailable(error)) throw error;
      dependencyTrouble(log, 'postgres', error);
      await sleep(AGAIN_MS, undefined, signal === undefined ? {} : { signal }).catch(() => {});
    }
  }
}
