import { test } from '@jest/globals';
import { keepsTheQueuePromises } from './queue-promises.ts';
import { redisForTest } from './test-backends.ts';

if ((process.env['TEST_REDIS_URL'] ?? '') !== '') keepsTheQueuePromises('Redis', redisForTest);
else
  test.skip('queues on Redis: put a redis-server on the PATH (apt-get install redis-server, brew install redis)', () => {});
