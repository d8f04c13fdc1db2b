import { Cluster, Redis } from 'ioredis';

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

function connect(url: string, patience: RedisPatience): RedisClient {
  const options = { retryStrategy: reconnectAfterMs, connectTimeout: 5_000, ...patience };
  const several = /^(rediss?)\+(sentinel|cluster):\/\/(?:([^@]*)@)?([^/]+)(?:\/(.*))?$/.exec(url);
  if (several === null) return new Redis(url, options);
  const [, scheme, kind, userInfo = '', hosts = '', path = ''] = several;
  const [username = '', password = ''] = userInfo.split(':').map(decodeURIComponent);
  const nodes = hosts.split(',').map((host) => {
    const [, name = '', port] = /^(.*?)(?::(\d+))?$/.exec(host) ?? [];
    return { host: name, port: Number(port ?? (kind === 'sentinel' ? 26_379 : 6_379)) };
  });
  const redisOptions = {
    ...options,
    ...(username === '' ? {} : { username }),
    ...(password === '' ? {} : { password }),
    ...(scheme === 'rediss' ? { tls: {} } : {}),
  };
  if (kind === 'sentinel') {
    return new Redis({ ...redisOptions, sentinels: nodes, name: path === '' ? 'mymaster' : path });
  }
  return new Cluster(nodes, {
    redisOptions,
    enableOfflineQueue: patience.enableOfflineQueue,
    clusterRetryStrategy: reconnectAfterMs,
  });
}

function reconnectAfterMs(times: number): number {
  return Math.min(times * 100, 1_000);
}
