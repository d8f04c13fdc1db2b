import type { DoctorConfig } from '@ocrelay/config';
import { openDatabase } from '@ocrelay/db';
import { createQueues, openQueueBackend } from '@ocrelay/queue';
import { openImageStore } from '@ocrelay/storage';
import type { Patient } from './check.ts';
import type { Installation } from './installation.ts';

/** Queries of the checks run one after the other. */
const CONNECTIONS = 2;
/** Nobody else waits for it, ms. */
const QUEUE_COMMAND_MS = 10_000;
/** Stands where there is no database, and is never connected to: the checks that would are not made. */
const NOWHERE = 'postgres://nowhere';

type Own = Pick<Patient, 'quick' | 'progress' | 'stopping'>;

/** Wires what the checks look at. What breaks while nobody asks is no finding: the next question will meet it. */
export function openPatient(
  config: DoctorConfig,
  installation: Installation,
  own: Own,
): Patient & { close(): Promise<void> } {
  const databaseUrl = installation.databaseUrl ?? NOWHERE;
  const database = openDatabase(databaseUrl, 'doctor', () => {}, CONNECTIONS);
  const at = { databaseUrl, redisUrl: config.redisUrl };
  let queue: { close(): Promise<void> } | null = null;
  let opened: Patient['queues'] | null = null;
  return {
    ...own,
    config,
    installation,
    database,
    get queues() {
      if (opened !== null) return opened;
      const backend = openQueueBackend(at, () => {}, QUEUE_COMMAND_MS, 'leave');
      queue = backend;
      opened = createQueues(backend);
      return opened;
    },
    images: () => openImageStore(config.storageUrl, { missing: 'throw' }),
    async close() {
      await queue?.close();
      await database.close();
    },
  };
}
