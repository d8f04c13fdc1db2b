import { describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { sheetNamer } from '../src/xlsx/sheet-names.ts';

const named = (titles: readonly string[]) => {
  const nameSheet = sheetNamer();
  return titles.map((title) => nameSheet(title, 'Table'));
};

describe('the names of sheets', () => {
  test('are unique though letters differ in case or width only, as some programs hold these to be alike', () => {
    expect(named(['Total', 'TOTAL', 'Ｔｏｔａｌ'])).toEqual(['Total', 'TOTAL (2)', 'Ｔｏｔａｌ (3)']);
    expect(named(['ﬁle 1', 'FILE 1', 'file ①'])).toEqual(['ﬁle 1', 'FILE 1 (2)', 'file ① (3)']);
  });

  test('count on from the lowest number that is free, also between those that captions have', () => {
    expect(named(['a', 'a (3)', 'a', 'a', 'a (3)'])).toEqual(['a', 'a (3)', 'a (2)', 'a (4)', 'a (3) (2)']);
  });

  test('share numbers where cutting makes them alike', () => {
    const [one, two] = [`${'x'.repeat(30)}1`, `${'x'.repeat(30)}2`];
    expect(named([one, two, one, two])).toEqual([one, two, `${'x'.repeat(27)} (2)`, `${'x'.repeat(27)} (3)`]);
  });

  const title = fc
    .array(fc.constantFrom('a', 'A', 'Ａ', ' (2)', ' (10)', "'", ' ', '[', '😀', 'x'.repeat(24)), { maxLength: 4 })
    .map((parts) => parts.join(''));

  test('are legal and unique, and the same for the same captions', () => {
    fc.assert(
      fc.property(fc.array(title, { maxLength: 60 }), (titles) => {
        const names = named(titles);
        expect(new Set(names.map((name) => name.normalize('NFKC').toLowerCase())).size).toBe(titles.length);
        for (const name of names) expect(name).toMatch(/^(?!')[^[\]:/\\*?]{1,31}(?<!')$/);
        expect(named(titles)).toEqual(names);
      }),
    );
  });

  describe('take no more tries than a few for each sheet', () => {
    /** How often a set of names was asked whether it has one. */
    function triesFor(titles: readonly string[]): number {
      const asked = jest.spyOn(Set.prototype, 'has');
      try {
        named(titles);
        return asked.mock.calls.length;
      } finally {
        asked.mockRestore();
      }
    }
    const count = 3000;
    const each = (titleOf: (at: number) => string) => Array.from({ length: count }, (_, at) => titleOf(at));

    test.each([
      ['one caption', each(() => 'Prices')],
      ['one caption that has to be cut', each(() => 'y'.repeat(31))],
      ['captions that are alike when cut', each((at) => `${'z'.repeat(27)}${1000 + (at % 1500)}`)],
      ['captions that look like numbered ones', each((at) => (at % 2 === 0 ? `a (${at})` : 'a'))],
    ])('of %s', (_, titles) => {
      expect(triesFor(titles)).toBeLessThan(4 * count);
    });
  });
});
