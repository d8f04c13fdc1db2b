import { Cluster, Redis } from 'ioredis';
import { parseRedisUrl } from './redis-url.ts';

/** One Redis, a Sentinel group or a Cluster. */
export type RedisClient = Redis | Cluster;

/** How patient a connection is. `null` retries for ever. */
export interface RedisPatience {
  readonly enableOfflineQueue: boolean;
  readonly maxRetriesPerRequest: number | null;
  readonly commandTimeout?: number;
}

/**
 * Opens a connection by URL:
 * `redis://[user:password@]host:port[/db]`, `rediss://…` (TLS),
 * `redis+sentinel://[user:password@]host:port,host:port/master-name`,
 * `redis+cluster://[user:password@]host:port,host:port` (`rediss+…` with TLS).
 * Connects in the background, again and again; nothing fails here when Redis is down.
 */
export function openRedis(url: string, patience: RedisPatience, onError: (error: Error) => void): RedisClient {
  const client = connect(url, patience);
  client.on('error', onError); // without a listener an unreachable Redis would end the process
  return client;
}

/**
 * How long a disconnect waits for the socket to close, ms. ioredis waits so long, and keeps the process, for one that has
 * closed before: whenever Redis is away.
 */
const DISCONNECT_MS = 100;

/**
 * How long a command may go without any answer before its connection is given up, ms: where the network has forgotten it, nobody tells
 * either end. Longer than a worker waits for its next job at a time, which is 10 s at most.
 */
const SILENT_MS = 15_000;

function connect(url: string, patience: RedisPatience): RedisClient {
  const options = {
    retryStrategy: reconnectAfterMs,
    // A server that was made a replica keeps its connections and refuses every write: whoever it was made for is elsewhere.
    reconnectOnError: (error: Error) => error.message.startsWith('READONLY'),
    connectTimeout: 5_000,
    disconnectTimeout: DISCONNECT_MS,
    socketTimeout: SILENT_MS,
    ...patience,
  };
  const address = parseRedisUrl(url);
  if (address.kind === 'single') return new Redis(address.url, options);
  const { nodes, username, password, tls } = address;
  const redisOptions = {
    ...options,
    ...(username === null ? {} : { username }),
    ...(password === null ? {} : { password }),
    ...(tls ? { tls: {} } : {}),
  };
  if (address.kind === 'sentinel') {
    return new Redis({ ...redisOptions, sentinels: [...nodes], name: address.masterName });
  }
  return new Cluster([...nodes], {
    redisOptions,
    enableOfflineQueue: patience.enableOfflineQueue,
    clusterRetryStrategy: reconnectAfterMs,
  });
}

function reconnectAfterMs(times: number): number {
  return Math.min(times * 100, 1_000);
}
