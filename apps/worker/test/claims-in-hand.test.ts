import { expect, test } from '@jest/globals';
import type { JobRef } from '@ocrelay/tasks';
import { createClaimsInHand } from '../src/claims-in-hand.ts';

const JOB: JobRef = { taskId: 'a', stage: 'poll', generation: 2, dispatch: 7 };

test('what is taken is in hand until it is dropped', () => {
  const inHand = createClaimsInHand();
  expect([inHand.has(JOB), inHand.count]).toEqual([false, 0]);
  inHand.take(JOB);
  expect([inHand.has(JOB), inHand.count]).toEqual([true, 1]);
  inHand.drop(JOB);
  expect([inHand.has(JOB), inHand.count]).toEqual([false, 0]);
});

test.each<[string, JobRef]>([
  ['task', { ...JOB, taskId: 'b' }],
  ['generation', { ...JOB, generation: 3 }],
  ['dispatch', { ...JOB, dispatch: 8 }],
])('another %s is not in hand, and to drop it changes nothing', (_what, other) => {
  const inHand = createClaimsInHand();
  inHand.take(JOB);
  expect(inHand.has(other)).toBe(false);
  inHand.drop(other);
  expect(inHand.has(JOB)).toBe(true);
});

test('a job that the queue handed out twice stays in hand until both have dropped it', () => {
  const inHand = createClaimsInHand();
  inHand.take(JOB);
  inHand.take({ ...JOB });
  expect(inHand.count).toBe(1);
  inHand.drop(JOB);
  expect(inHand.has(JOB)).toBe(true);
  inHand.drop(JOB);
  expect(inHand.has(JOB)).toBe(false);
});
