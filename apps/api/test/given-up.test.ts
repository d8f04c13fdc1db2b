import { expect, test } from '@jest/globals';
import { createGivenUp } from '../src/documents/given-up.ts';

const MINUTE_MS = 60_000;

test('what was given up stays so for ten minutes', () => {
  let now = 0;
  const givenUp = createGivenUp(() => now);
  expect(givenUp.has('a')).toBe(false);
  givenUp.note('a');
  now = 10 * MINUTE_MS - 1;
  expect([givenUp.has('a'), givenUp.has('b')]).toEqual([true, false]);
  now += 1;
  expect(givenUp.has('a')).toBe(false);
});

test('of more than can be remembered the oldest are forgotten', () => {
  const givenUp = createGivenUp(() => 0, 2);
  for (const key of ['a', 'b', 'a', 'c']) givenUp.note(key);
  expect(['a', 'b', 'c'].map(givenUp.has)).toEqual([true, false, true]);
});
