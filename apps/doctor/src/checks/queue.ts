import { type RedisFacts, redisFacts } from '@ocrelay/queue';
import type { Check } from '../check.ts';
import { type Finding, ok, problem, reasonOf, warning } from '../finding.ts';
import { placeOf } from '../place-of.ts';

const OLDEST = [6, 2] as const;

/** Whether what the queues are kept in answers, and is set up to keep them. */
export const queue: Check = {
  name: 'queue',
  needs: ['postgres'],
  async run({ config: { redisUrl } }) {
    if (redisUrl === null) return [ok('The queues are in Postgres.')];
    try {
      return (await redisFacts(redisUrl)).flatMap(judgeRedis);
    } catch (error) {
      const message = `Redis at ${placeOf(redisUrl)} cannot be used: ${reasonOf(error)}`;
      const remedy = 'Start it, or put REDIS_URL right. Until then uploads are taken, and nothing is read.';
      return [problem(message, remedy, { stops: true })];
    }
  },
};

/** What is to be said of one Redis. */
export function judgeRedis({ address, name, version, maxmemoryPolicy, isPersistent }: RedisFacts): Finding[] {
  const findings: Finding[] = [];
  if (version !== null && isOlder(version)) {
    findings.push(problem(`${name} at ${address} is too old: Ocrelay needs 6.2 or newer.`, 'Upgrade it.'));
  }
  if (maxmemoryPolicy !== null && maxmemoryPolicy !== 'noeviction') {
    findings.push(
      problem(
        `${name} at ${address} may throw jobs away when its memory is full: maxmemory-policy is ${maxmemoryPolicy}.`,
        'redis-cli config set maxmemory-policy noeviction, and the same in redis.conf.',
      ),
    );
  }
  if (isPersistent === false) {
    findings.push(
      warning(
        `${name} at ${address} keeps nothing on disk: after its restart the queues are filled again from Postgres.`,
        'That loses nothing and takes a while; appendonly yes in redis.conf spares it.',
      ),
    );
  }
  return findings.length > 0 ? findings : [ok(`${name} at ${address}.`)];
}

function isOlder(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
}
