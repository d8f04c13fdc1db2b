import type { QueueBackend } from './backend.ts';
import { createQueuesOnPostgres } from './postgres-backend.ts';
import { createQueuesOnRedis } from './redis-backend.ts';

/** Queues on Redis when there is one, else in the database. */
export function openQueueBackend(
  at: { readonly databaseUrl: string; readonly redisUrl: string | null },
  onError: (error: Error) => void,
): QueueBackend {
  return at.redisUrl === null
    ? createQueuesOnPostgres(at.databaseUrl, onError)
    : createQueuesOnRedis(at.redisUrl, onError);
}
