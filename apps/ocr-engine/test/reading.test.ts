import { describe, expect, test } from '@jest/globals';
import { toBlocks } from '../src/reading/blocks.ts';
import { alphabetOf, decodeCtc } from '../src/reading/ctc.ts';
import { isSureDigit, loneMarks } from '../src/reading/lone-marks.ts';
import type { Box, Line } from '../src/reading/page.ts';
import { withSpaces } from '../src/reading/spaces.ts';
import { textRegions } from '../src/reading/text-regions.ts';

const line = (text: string, left: number, top: number, width = 300): Line => ({
  text,
  box: { left, top, right: left + width, bottom: top + 20 },
  confidence: 1,
});
const texts = (lines: Line[]) => toBlocks(lines).map((block) => block.rows.map((row) => row.map((one) => one.text)));

describe('blocks', () => {
  test('lines close to each other are one block, a wide gap begins another', () => {
    expect(texts([line('c', 0, 100), line('a', 0, 0), line('b', 0, 25)])).toEqual([[['a'], ['b']], [['c']]]);
  });

  test('two columns of running text are read one after the other, below their title', () => {
    const left = [1, 2, 3].map((i) => line(`l${i}`, 0, 50 + i * 25));
    const right = [1, 2, 3].map((i) => line(`r${i}`, 340, 50 + i * 25));
    const page = [line('title', 0, 0, 640), ...left.flatMap((one, i) => [one, right[i] ?? one])];
    expect(texts(page)).toEqual([[['title']], [['l1'], ['l2'], ['l3']], [['r1'], ['r2'], ['r3']]]);
  });

  test('the cells of a table are read row by row', () => {
    const cells = [0, 25, 50].flatMap((top) => [line(`b${top}`, 340, top + 2, 60), line(`a${top}`, 0, top, 80)]);
    expect(texts(cells)).toEqual([
      [
        ['a0', 'b0'],
        ['a25', 'b25'],
        ['a50', 'b50'],
      ],
    ]);
  });
});

describe('spaces', () => {
  const read = (text: string) => [...text].map((one, i) => ({ text: one, confidence: 1, at: (i + 0.5) / text.length }));
  /** Ten columns a character, seven of them ink; `wide` characters are followed by a gap of ten more. */
  const ink = (count: number, gapAfter: number) =>
    Array.from({ length: count * 10 }, (_, x) => x % 10 < 9 && !(x >= gapAfter * 10 + 6 && x < gapAfter * 10 + 14));

  test('a wide gap between letters is a space', () => {
    expect(withSpaces(read('goto'), ink(4, 1), 20)).toBe('go to');
  });

  test('an even line has none', () => {
    expect(withSpaces(read('goto'), ink(4, 99), 20)).toBe('goto');
  });

  test('beside a 1 a gap must be wider, since figures are all as wide', () => {
    expect(withSpaces(read('3110'), ink(4, 1), 20)).toBe('3110');
    expect(withSpaces(read('3110'), ink(4, 1), 12)).toBe('31 10');
  });

  test('between a figure and a point there is none', () => {
    expect(withSpaces(read('25.5'), ink(4, 1), 20)).toBe('25.5');
    expect(withSpaces(read('25.5'), ink(4, 0), 20)).toBe('2 5.5');
  });

  test('what is usual is told by the gaps, also where letters are placed beside them', () => {
    const columns = Array.from({ length: 55 }, (_, x) => x % 11 < 7); // five letters, as far apart as a narrow space is wide
    const at = [10, 12, 32, 34, 54].map((x) => x / 55);
    const letters = [...'union'].map((text, i) => ({ text, confidence: 1, at: at[i] ?? 0 }));
    expect(withSpaces(letters, columns, 15)).toBe('union');
  });

  test('a space that was read is no second one, also where the letter before is placed beyond its gap', () => {
    const columns = Array.from({ length: 34 }, (_, x) => x < 3 || (x >= 7 && x < 10) || x >= 22);
    const at = [1, 17, 20, 28].map((x) => x / 34);
    const letters = [...'ll b'].map((text, i) => ({ text, confidence: 1, at: at[i] ?? 0 }));
    expect(withSpaces(letters, columns, 30)).toBe('ll b');
  });

  test('a gap between Chinese and a number is a space', () => {
    expect(withSpaces(read('螺栓M8'), ink(4, 1), 20)).toBe('螺栓 M8');
  });

  test('Chinese gets none, whatever the gap', () => {
    expect(withSpaces(read('送货单号'), ink(4, 1), 20)).toBe('送货单号');
  });
});

describe('ctc', () => {
  test('repetitions are merged, blanks dropped, and a letter stands in the middle of its steps', () => {
    const steps = [1, 1, 0, 1, 2];
    const scores = Float32Array.from(steps.flatMap((winner) => [0, 1, 2].map((i) => (i === winner ? 0.9 : 0.05))));
    const letters = decodeCtc(scores, steps.length, ['', 'a', 'b']);
    expect(letters.map((letter) => letter.text).join('')).toBe('aab');
    expect(letters[0]?.at).toBeCloseTo(0.2);
  });

  test('the alphabet has a blank first and a space last', () => {
    expect(alphabetOf('a\nb\n')).toEqual(['', 'a', 'b', ' ']);
  });
});

test('a speck is a hint of text where it is certain, and a region is none', () => {
  const map = new Float32Array(200);
  for (let y = 2; y < 6; y++) for (let x = 1; x < 8; x++) map[y * 20 + x] = 0.9;
  map[2 * 20 + 12] = 0.95;
  map[3 * 20 + 12] = 0.4;
  map[8 * 20 + 15] = 0.7;
  expect(textRegions(map, 20, 10).hints).toEqual([{ left: 12, top: 2, right: 13, bottom: 4 }]);
});

describe('a digit that stands alone', () => {
  const [width, height] = [300, 200];
  const lines = [20, 50].map((top) => ({ left: 10, top, right: 290, bottom: top + 12 }));
  const digit: Box = { left: 150, top: 150, right: 160, bottom: 168 };
  const hint: Box = { left: 153, top: 158, right: 156, bottom: 160 };
  const marks = (boxes: readonly Box[], hints = [hint]) => {
    const ink = new Uint8Array(width * height);
    for (const { left, top, right, bottom } of boxes)
      for (let y = top; y < bottom; y++) ink.fill(1, y * width + left, y * width + right);
    return loneMarks(ink, width, height, hints, lines);
  };

  test('is found around a hint, once for several', () => {
    expect(marks([digit], [hint, { ...hint, top: 164, bottom: 166 }])).toEqual([digit]);
  });
  test.each([
    ['nothing', []],
    ['dust', [{ ...digit, bottom: digit.top + 5 }]],
    ['a mark beside others', [digit, { left: 170, top: 150, right: 200, bottom: 168 }]],
    ['a part of a line', [{ ...digit, left: 0, right: 300 }]],
    ['a mark that is too wide', [{ ...digit, left: 140, right: 168 }]],
    ['a dash', [{ ...digit, top: 155, bottom: 163 }]],
  ])('%s is none', (_name, boxes) => {
    expect(marks(boxes)).toEqual([]);
  });
  test('is believed where it surely was read as one', () => {
    const read = (text: string, confidence: number) => isSureDigit({ text, confidence, box: digit });
    expect([read('7', 0.97), read('12', 0.91), read('7', 0.8), read('O', 0.99), read('-', 0.99)]).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});

test('regions are boxes around connected pixels; specks are dropped', () => {
  const map = new Float32Array(100);
  for (let y = 2; y < 6; y++) for (let x = 1; x < 8; x++) map[y * 10 + x] = 0.9;
  map[99] = 0.9;
  expect(textRegions(map, 10, 10).text).toEqual([{ left: 1, top: 2, right: 8, bottom: 6 }]);
});
