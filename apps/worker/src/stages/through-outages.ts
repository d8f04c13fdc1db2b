import { throughOutages as repeatThroughOutages } from '@ocrelay/db';
import { dependencyTrouble } from '@ocrelay/telemetry';
import type { WorkerContext } from '../context.ts';

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
export function throughOutages<T>(
  { log }: Pick<WorkerContext, 'log'>,
  work: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  return repeatThroughOutages(work, (error) => dependencyTrouble(log, 'postgres', error), signal);
}
