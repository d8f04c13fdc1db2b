import { getEventListeners } from 'node:events';
import { expect, test } from '@jest/globals';
import { firstOf } from '../src/index.ts';

const two = () => [new AbortController(), new AbortController()] as const;

test.each([0, 1] as const)('aborts with the signal %i of two, and its reason', (which) => {
  const sources = two();
  const { signal } = firstOf([sources[0].signal, sources[1].signal]);
  expect(signal.aborted).toBe(false);
  const reason = new Error('enough');
  sources[which].abort(reason);
  expect(signal.aborted).toBe(true);
  expect(signal.reason).toBe(reason);
});

test('the first reason stands', () => {
  const [a, b] = two();
  const { signal } = firstOf([a.signal, b.signal]);
  b.abort('b');
  a.abort('a');
  expect(signal.reason).toBe('b');
});

test('is aborted from the start when one of them is', () => {
  const [a, b] = two();
  b.abort('before');
  expect(firstOf([a.signal, b.signal]).signal).toMatchObject({ aborted: true, reason: 'before' });
});

test('once released it stays as it is, and the signals know it no more', () => {
  const [a, b] = two();
  const { signal, release } = firstOf([a.signal, b.signal]);
  expect(getEventListeners(a.signal, 'abort')).toHaveLength(1);
  release();
  expect([a, b].map((source) => getEventListeners(source.signal, 'abort'))).toEqual([[], []]);
  a.abort();
  expect(signal.aborted).toBe(false);
});
