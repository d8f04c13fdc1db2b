import { describe, expect, test } from '@jest/globals';
import { inkMap } from '../src/reading/lines/ink-map.ts';
import type { Box, Page } from '../src/reading/page.ts';
import { measureSkew } from '../src/reading/upright/skew.ts';
import { straightenPage } from '../src/reading/upright/straighten-page.ts';

const WIDTH = 600;
const HEIGHT = 500;

/** A page of lines of dashes, as words are, along a slope that grows by `fan` with each pixel further down. */
function lined(slope: number, fan = 0): Page {
  const gray = Buffer.alloc(WIDTH * HEIGHT, 255);
  for (let line = 60; line < HEIGHT - 60; line += 30) {
    for (let x = 60; x < WIDTH - 60; x++) {
      if (x % 40 < 8) continue;
      const across = x - WIDTH / 2;
      const y = Math.round(line + (slope + fan * (line - HEIGHT / 2)) * across);
      for (let i = 0; i < 9; i++) gray[(y + i) * WIDTH + x] = 0;
    }
  }
  return { gray, width: WIDTH, height: HEIGHT };
}
const degrees = (angle: number) => Math.tan((angle * Math.PI) / 180);
const skewOf = (page: Page) => measureSkew(inkMap(page), page.width, page.height);

describe('the skew of a page', () => {
  test.each([-5, -2.3, -0.4, 0.4, 1.1, 5])('%d degrees are measured', (angle) => {
    expect(skewOf(lined(degrees(angle)))?.slope).toBeCloseTo(degrees(angle), 2.7);
  });

  test('lines that fan out are measured', () => {
    expect(skewOf(lined(0, 0.0001))?.fan).toBeCloseTo(0.0001, 4.7);
  });

  test.each([
    ['a straight page', lined(0)],
    ['one turned by less than what matters', lined(degrees(0.1))],
    ['an empty page', { gray: Buffer.alloc(10_000, 255), width: 100, height: 100 }],
    ['a single pixel', { gray: Buffer.from([0]), width: 1, height: 1 }],
    [
      'noise',
      {
        gray: Buffer.from(Array.from({ length: 90_000 }, (_, i) => (Math.imul(i, 2_654_435_761) >>> 8) % 256)),
        width: 300,
        height: 300,
      },
    ],
  ])('%s has none', (_name, page) => {
    expect(skewOf(page)).toBeNull();
  });
});

describe('straightening', () => {
  test('a straight page is the same page', () => {
    const page = lined(0);
    expect(straightenPage(page)).toMatchObject({ boxBack: null });
    expect(straightenPage(page).page).toBe(page);
  });

  test('a page askew is level afterwards, nothing is cut off, and boxes find the way back', () => {
    const page = lined(degrees(4));
    const mark: Box = { left: 3, top: 200, right: 13, bottom: 210 }; // at the very edge
    for (let y = mark.top; y < mark.bottom; y++) page.gray.fill(0, y * WIDTH + mark.left, y * WIDTH + mark.right);
    const { page: level, boxBack } = straightenPage(page);
    expect(skewOf(level)).toBeNull();
    const found = firstInk(level);
    const back = boxBack?.(found) ?? found;
    for (const side of ['left', 'top', 'right', 'bottom'] as const)
      expect(Math.abs(back[side] - mark[side])).toBeLessThan(4);
  });
});

/** The box around the dark pixels of the leftmost mark. */
function firstInk({ gray, width, height }: Page): Box {
  const isDark = (x: number, y: number) => (gray[y * width + x] ?? 255) < 128;
  const column = (x: number) => Array.from({ length: height }, (_, y) => y).filter((y) => isDark(x, y));
  let left = 0;
  while (column(left).length === 0) left++;
  let right = left;
  const rows: number[] = [];
  for (; column(right).length > 0; right++) rows.push(...column(right));
  return { left, top: Math.min(...rows), right, bottom: Math.max(...rows) + 1 };
}
