import type { QueueBackend, QueueStorage } from './backend.ts';
import { createQueuesOnPostgres } from './postgres-backend.ts';
import { createQueuesOnRedis } from './redis-backend.ts';

/** While somebody waits for an answer, ms: the answer must not wait for a queue that is away. */
const COMMAND_MS = 500;

/**
 * Queues on Redis when there is one, else in the database.
 * @param commandMs the longest that one command of an add or a look may take.
 * @param storage whether what the queues are kept in is made or updated when it has to be, or only by `heal`.
 */
export function openQueueBackend(
  at: { readonly databaseUrl: string; readonly redisUrl: string | null },
  onError: (error: Error) => void,
  commandMs = COMMAND_MS,
  storage: QueueStorage = 'make',
): QueueBackend {
  return at.redisUrl === null
    ? createQueuesOnPostgres(at.databaseUrl, onError, storage)
    : createQueuesOnRedis(at.redisUrl, commandMs, onError);
}
