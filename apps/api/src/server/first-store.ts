import { setTimeout as sleep } from 'node:timers/promises';
import { isDatabaseUnavailable } from '@ocrelay/db';
import { isNewInstallation } from '@ocrelay/tasks';
import { storeNotThere, waitingFor } from '@ocrelay/telemetry';
import type { ApiContext } from '../context.ts';

const AGAIN_MS = 500;

/**
 * Makes the image store of a new installation. Where tasks are known, a store that is not there is not made: its disk is not
 * mounted, and what is made in its place would take uploads that vanish behind it when it is. Uploads are answered
 * 503 storage_unavailable until it is there.
 * @throws StorageError where it cannot be made.
 */
export async function makeFirstStore(context: Pick<ApiContext, 'database' | 'images' | 'log' | 'draining'>) {
  const { images, log } = context;
  if ((await images.exists()) || (await isNew(context))) await images.make();
  else storeNotThere(log);
}

/** Waits for a database that has gone away since the API found its tables. */
async function isNew({ database, log, draining }: Pick<ApiContext, 'database' | 'log' | 'draining'>): Promise<boolean> {
  while (!draining.aborted) {
    try {
      return await isNewInstallation(database.db);
    } catch (error) {
      if (!isDatabaseUnavailable(error)) throw error;
      waitingFor(log, 'postgres', 'it cannot be asked whether there are tasks');
      await sleep(AGAIN_MS, undefined, { signal: draining }).catch(() => {});
    }
  }
  return false;
}
