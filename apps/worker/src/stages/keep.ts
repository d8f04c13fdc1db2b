import { setTimeout as sleep } from 'node:timers/promises';
import { isDatabaseUnavailable } from '@ocrelay/db';
import { dependencyTrouble } from '@ocrelay/telemetry';
import type { WorkerContext } from '../context.ts';

const AGAIN_MS = 500;

/**
 * Stores what an effect has brought, however long Postgres is away: an answer that is dropped for an outage would have to
 * be asked for again, and an image be read twice. Not ended by a lost lease either, since that is lost in every outage: the
 * guard of the move decides, and changes nothing when somebody else has taken the task up.
 * @param move a guarded move; run again, it finds its own commit whose answer was lost as it finds somebody else's.
 * @throws what the move throws while the database is there.
 */
export async function keep<T>({ log }: WorkerContext, move: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await move();
    } catch (error) {
      if (!isDatabaseUnavailable(error)) throw error;
      dependencyTrouble(log, 'postgres', error);
      await sleep(AGAIN_MS);
    }
  }
}
