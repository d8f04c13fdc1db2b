import { expect, test } from '@jest/globals';
import { BACKENDS } from '../support/ocrelay.ts';

const redisIsHere = BACKENDS.includes('redis');
const name = 'the suites run on Redis too (to have them: apt-get install redis-server, or brew install redis)';

(redisIsHere ? test : test.skip)(name, () => {
  expect(BACKENDS).toEqual(['redis', 'postgres']);
});
