import type { QueueBackend } from './backend.ts';
import { createQueuesOnPostgres } from './postgres-backend.ts';
import { createQueuesOnRedis } from './redis-backend.ts';

/** While somebody waits for an answer, ms: the answer must not wait for a queue that is away. */
const COMMAND_MS = 500;

/**
 * Queues on Redis when there is one, else in the database.
 * @param commandMs the longest that one command of an add or a look may take.
 */
export function openQueueBackend(
  at: { readonly databaseUrl: string; readonly redisUrl: string | null },
  onError: (error: Error) => void,
  commandMs = COMMAND_MS,
): QueueBackend {
  return at.redisUrl === null
    ? createQueuesOnPostgres(at.databaseUrl, onError)
    : createQueuesOnRedis(at.redisUrl, commandMs, onError);
}
