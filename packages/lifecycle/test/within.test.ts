import { once } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import { within } from '../src/index.ts';

const SOON_MS = 5;
const LONG_MS = 60_000;

describe('within a limit of time', () => {
  test('a value that comes in time is given', async () => {
    expect(await within(LONG_MS, Promise.resolve('value'))).toBe('value');
  });

  test('a failure that comes in time is thrown', async () => {
    await expect(within(LONG_MS, Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  });

  test('what takes longer is undefined', async () => {
    expect(await within(SOON_MS, new Promise(() => {}))).toBeUndefined();
  });

  test('a failure that comes too late is heard by nobody', async () => {
    const late = new AbortController();
    const work = once(late.signal, 'never', { signal: late.signal });
    expect(await within(SOON_MS, work)).toBeUndefined();
    late.abort();
    await new Promise((resolve) => setImmediate(resolve)); // a rejection that nobody handles fails the test by then
  });
});
