import { Cluster, type Redis } from 'ioredis';
import { QueueUnavailableError } from './backend.ts';
import { openRedis, type RedisClient } from './redis.ts';

/** What a Redis that keeps queues must be like; null where it does not tell. */
export interface RedisFacts {
  /** As `host:port`. */
  readonly address: string;
  /** `Redis 7.2.4`, `Valkey 8.0.1`. */
  readonly name: string;
  /** Of the protocol and commands of Redis, whatever it calls itself. */
  readonly version: string | null;
  readonly maxmemoryPolicy: string | null;
  /** Whether it writes an append-only file or snapshots. */
  readonly isPersistent: boolean | null;
}

const COMMAND_MS = 5_000;

/** Asks each master, of a Cluster all of them. @throws QueueUnavailableError with the reason, when one cannot be asked. */
export async function redisFacts(redisUrl: string): Promise<RedisFacts[]> {
  let reason: Error | null = null;
  const client = openRedis(
    redisUrl,
    { enableOfflineQueue: false, maxRetriesPerRequest: 0, commandTimeout: COMMAND_MS },
    (error) => {
      reason = error;
    },
  );
  try {
    await connected(client);
    const masters = client instanceof Cluster ? client.nodes('master') : [client];
    return await Promise.all(masters.map(factsOf));
  } catch (error) {
    const why: Error = reason ?? (error instanceof Error ? error : new Error(String(error)));
    throw new QueueUnavailableError(why.message === '' ? String((why as NodeJS.ErrnoException).code) : why.message, {
      cause: error,
    });
  } finally {
    client.disconnect();
  }
}

/** Resolves at the first connection; rejects when the first try has ended without one. */
function connected(client: RedisClient): Promise<void> {
  if (client.status === 'ready') return Promise.resolve();
  return new Promise((resolve, reject) => {
    client.once('ready', () => resolve());
    for (const event of ['close', 'end']) client.once(event, () => reject(new Error('Redis closed the connection')));
  });
}

async function factsOf(redis: Redis): Promise<RedisFacts> {
  const info = parseInfo(await redis.info());
  const { host = '127.0.0.1', port = 6_379 } = redis.options;
  const version = info.get('redis_version') ?? null;
  const valkey = info.get('valkey_version');
  return {
    address: `${host}:${port}`,
    name: valkey === undefined ? `Redis ${version ?? 'of an unknown version'}` : `Valkey ${valkey}`,
    version,
    maxmemoryPolicy: info.get('maxmemory_policy') ?? null,
    isPersistent: info.get('aof_enabled') === '1' ? true : await takesSnapshots(redis),
  };
}

/** Null where CONFIG is not allowed, as hosted services have it. */
async function takesSnapshots(redis: Redis): Promise<boolean | null> {
  try {
    const [, save] = (await redis.config('GET', 'save')) as string[];
    return save === undefined ? null : save.trim() !== '';
  } catch {
    return null;
  }
}

/** The `name:value` lines of INFO. */
function parseInfo(info: string): Map<string, string> {
  const pairs = info.split(/\r?\n/).flatMap((line): Array<[string, string]> => {
    const colon = line.indexOf(':');
    return colon < 1 || line.startsWith('#') ? [] : [[line.slice(0, colon), line.slice(colon + 1)]];
  });
  return new Map(pairs);
}
