import { throughOutages } from '@ocrelay/db';
import { isNewInstallation } from '@ocrelay/tasks';
import { storeNotThere, waitingFor } from '@ocrelay/telemetry';
import type { ApiContext } from '../context.ts';

/**
 * Makes the image store of a new installation. Where tasks are known, a store that is not there is not made: its disk is not
 * mounted, and what is made in its place would take uploads that vanish behind it when it is. Uploads are answered
 * 503 storage_unavailable until it is there.
 * @throws StorageError where it cannot be made.
 */
export async function makeFirstStore({
  database,
  images,
  log,
  draining,
}: Pick<ApiContext, 'database' | 'images' | 'log' | 'draining'>): Promise<void> {
  // The database may have gone away since the API found its tables.
  const isNew = () =>
    throughOutages(
      async () => !draining.aborted && (await isNewInstallation(database.db)),
      () => waitingFor(log, 'postgres', 'it cannot be asked whether there are tasks'),
      draining,
    );
  if ((await images.exists()) || (await isNew())) await images.make();
  else storeNotThere(log);
}
