import type { Stage } from '@ocrelay/contracts';
import { createRedisBackend, Queue, Worker } from 'bullmq';
import {
  EVENTS_KEPT,
  FAILED_KEPT,
  listen,
  type QueueBackend,
  QueueUnavailableError,
  WORKER_OPTIONS,
} from './backend.ts';
import { queueName } from './queue-names.ts';
import { openRedis, type RedisClient } from './redis.ts';

/** Braces make all keys of the queues one hash slot, which BullMQ needs on a Cluster. */
const PREFIX = '{ocrelay}';

/**
 * Queues on Redis. Adding never waits for a Redis that is away: no offline queue, and a time limit for each command.
 * The connection of the workers is patient instead, since they have nothing else to do.
 * @param commandTimeout of what adds and looks, ms.
 */
export function createQueuesOnRedis(
  redisUrl: string,
  commandTimeout: number,
  onError: (error: Error) => void,
): QueueBackend {
  const producer = openRedis(redisUrl, { enableOfflineQueue: false, commandTimeout, maxRetriesPerRequest: 0 }, onError);
  const queues = new Map<Stage, Queue>();
  let consumer: RedisClient | null = null;

  return {
    retention: { removeOnComplete: { age: 3_600, count: 200 }, removeOnFail: FAILED_KEPT },
    bulkPaysFrom: 2,
    async queue(stage) {
      // A Queue that is made while Redis is away stays broken for ever; so it is made when Redis is there.
      if (!isReady(producer)) await connected(producer);
      const made = queues.get(stage);
      if (made !== undefined) return made;
      const queue = new Queue(
        queueName(stage),
        { connection: producer, prefix: PREFIX, skipVersionCheck: true, streams: { events: { maxLen: EVENTS_KEPT } } },
        createRedisBackend,
      );
      queue.on('error', onError);
      queues.set(stage, queue);
      return queue;
    },
    async worker(stage, processor, options) {
      consumer ??= openRedis(redisUrl, { enableOfflineQueue: true, maxRetriesPerRequest: null }, onError);
      const worker = new Worker(
        queueName(stage),
        processor,
        {
          connection: consumer,
          prefix: PREFIX,
          skipVersionCheck: true,
          ...WORKER_OPTIONS,
          concurrency: options.concurrency,
        },
        createRedisBackend,
      );
      return listen(worker, options);
    },
    async dropFinished() {},
    async heal() {},
    async close() {
      for (const queue of queues.values()) await queue.close().catch(() => {});
      producer.disconnect();
      consumer?.disconnect();
    },
  };
}

function isReady(client: RedisClient): boolean {
  return client.status === 'ready';
}

/** Lets an attempt to connect that is under way end; does not wait for the next one. @throws QueueUnavailableError */
async function connected(client: RedisClient): Promise<void> {
  if (client.status === 'connecting' || client.status === 'connect') {
    await new Promise<void>((resolve) => {
      const settled = () => {
        for (const event of ['ready', 'close', 'end']) client.off(event, settled);
        resolve();
      };
      for (const event of ['ready', 'close', 'end']) client.on(event, settled);
    });
  }
  if (!isReady(client)) throw new QueueUnavailableError(`Redis is not reachable (${client.status})`);
}
