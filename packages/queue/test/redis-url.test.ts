import { describe, expect, test } from '@jest/globals';
import { parseRedisUrl } from '../src/redis-url.ts';

describe('the URL of a Redis', () => {
  test.each(['redis://h', 'rediss://u:p@h:6380/1'])('of one server is left to the client: %s', (url) => {
    expect(parseRedisUrl(url)).toEqual({ kind: 'single', url });
  });

  test('of a Sentinel group names its sentinels and its master', () => {
    expect(parseRedisUrl('redis+sentinel://u:p@a.test:26380,b.test/orders')).toEqual({
      kind: 'sentinel',
      masterName: 'orders',
      nodes: [
        { host: 'a.test', port: 26_380 },
        { host: 'b.test', port: 26_379 },
      ],
      username: 'u',
      password: 'p',
      tls: false,
    });
    expect(parseRedisUrl('redis+sentinel://a.test')).toMatchObject({
      masterName: 'mymaster',
      username: null,
      password: null,
    });
  });

  test('of a Cluster names some of its nodes', () => {
    expect(parseRedisUrl('rediss+cluster://a.test:7000,[::1]:7001,b.test')).toEqual({
      kind: 'cluster',
      nodes: [
        { host: 'a.test', port: 7_000 },
        { host: '::1', port: 7_001 },
        { host: 'b.test', port: 6_379 },
      ],
      username: null,
      password: null,
      tls: true,
    });
  });

  test('may have a password without a user, with any characters', () => {
    expect(parseRedisUrl('redis+cluster://:p%40s%2Fs:x@a.test')).toMatchObject({ username: null, password: 'p@s/s:x' });
  });
});
