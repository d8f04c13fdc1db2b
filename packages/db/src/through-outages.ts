import { setTimeout as sleep } from 'node:timers/promises';
import { isDatabaseUnavailable } from './unavailable.ts';

const AGAIN_MS = 500;

/**
 * Does what needs Postgres, again and again while Postgres is away.
 * @param tell hears of each try that failed for that.
 * @param signal when it aborts, the pause between two tries ends; whether there is another try is the work's to say.
 * @throws what the work throws while the database is there.
 */
export async function throughOutages<T>(
  work: () => Promise<T>,
  tell: (error: unknown) => void,
  signal?: AbortSignal,
): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isDatabaseUnavailable(error)) throw error;
      tell(error);
      await sleep(AGAIN_MS, undefined, signal === undefined ? {} : { signal }).catch(() => {});
    }
  }
}
