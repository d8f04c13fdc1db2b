import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { backoffMs } from '../src/index.ts';

const POLICY = { attempts: 5, baseMs: 1_000, capMs: 60_000 };
const longest = () => 1;

describe('the pause before the next attempt', () => {
  test.each([
    [1, 1_000],
    [2, 2_000],
    [3, 4_000],
    [4, 8_000],
    [5, 16_000],
    [6, 32_000],
    [7, 60_000],
    [8, 60_000],
    [1_000_000, 60_000],
  ])('after attempt %i is at most %i ms', (attempt, ms) => {
    expect(backoffMs(POLICY, attempt, longest)).toBe(ms);
  });

  test('is any part of that: full jitter', () => {
    expect(backoffMs(POLICY, 4, () => 0)).toBe(0);
    expect(backoffMs(POLICY, 4, () => 0.25)).toBe(2_000);
    expect(backoffMs(POLICY, 4, () => 0.5)).toBe(4_000);
  });

  test('is a whole number of ms between 0 and the cap, whatever the policy', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2 ** 31 }),
        fc.integer({ min: 1, max: 2 ** 31 }),
        fc.integer({ min: 0, max: 2 ** 31 }),
        fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
        (baseMs, capMs, attempt, chance) => {
          const ms = backoffMs({ attempts: 1, baseMs, capMs }, attempt, () => chance);
          expect(Number.isSafeInteger(ms)).toBe(true);
          expect(ms).toBeGreaterThanOrEqual(0);
          expect(ms).toBeLessThanOrEqual(capMs);
        },
      ),
    );
  });

  test('never gets shorter with more attempts, chance being equal', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, chance) => {
        const pause = (of: number) => backoffMs(POLICY, of, () => chance);
        expect(pause(attempt + 1)).toBeGreaterThanOrEqual(pause(attempt));
      }),
    );
  });
});
