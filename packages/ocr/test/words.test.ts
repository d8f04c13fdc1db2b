import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { cleanse } from '../src/cleanse.ts';
import { safeFilename } from '../src/multipart.ts';
import { retryAfterMs } from '../src/retry-after.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');

describe('Retry-After', () => {
  test.each([
    ['2', 2_000],
    ['0', 0],
    [' 30 ', 30_000],
    ['600', 600_000],
    ['601', 600_000],
    ['Sun, 01 Mar 2026 12:00:05 GMT', 5_000],
    ['Sun, 01 Mar 2026 11:00:00 GMT', 0],
    ['Mon, 02 Mar 2026 12:00:00 GMT', 600_000],
    ['soon', undefined],
    ['-5', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%p is %p ms', (header, ms) => {
    expect(retryAfterMs(header, NOW)).toBe(ms);
  });

  test('is between 0 and 10 min, or nothing, whatever is sent', () => {
    fc.assert(
      fc.property(fc.string(), (header) => {
        const ms = retryAfterMs(header, NOW);
        expect(ms === undefined || (ms >= 0 && ms <= 600_000)).toBe(true);
      }),
    );
  });
});

describe('what the service says', () => {
  test('is one trimmed line without our token', () => {
    expect(cleanse('  bad\r\n\ttoken s3cret\u2028here ', 's3cret')).toBe('bad token [redacted] here');
  });

  test('holds no NUL and no lone surrogate, but whole characters stay', () => {
    expect(cleanse('a\0b \ud800 好 🙂', null)).toBe('a\uFFFDb \uFFFD 好 🙂');
  });

  test('can be stored, whatever it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 3_000 }), (text) => {
        const clean = cleanse(text, 'token');
        expect(clean.length).toBeLessThanOrEqual(1_000);
        expect(clean).not.toMatch(/[\p{Cc}\p{Cs}]/u);
        expect(clean).not.toContain('token');
      }),
    );
  });

  test('is cut between characters', () => {
    expect(cleanse('🙂'.repeat(2_000), null)).toBe(`${'🙂'.repeat(499)}…`);
  });
});

describe('a file name in a multipart body', () => {
  test.each([
    ['scan 1.png', 'scan 1.png'],
    ['送货单.jpg', '送货单.jpg'],
    ['a"b.png', 'a%22b.png'],
    ['x.png"\r\nX-Evil: 1\r\n\r\n', 'x.png%22__X-Evil: 1____'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\scans\\a.png', 'a.png'],
    ['', 'image'],
  ])('%j is sent as %j', (name, sent) => {
    expect(safeFilename(name)).toBe(sent);
  });

  test('never leaves its quotes', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (name) => !/["\p{Cc}]/u.test(safeFilename(name))));
  });
});
