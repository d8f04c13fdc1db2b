import { describe, expect, test } from '@jest/globals';
import { randomFrom } from '../../chaos/random.ts';
import { drawPage } from './pages/draw-page.ts';
import { chooseClasses, makePage } from './pages/make-pages.ts';
import { gridOf } from './score/grid.ts';
import { teds } from './score/teds.ts';

describe('a drawn page', () => {
  test('is the same for the same seed, and another one for another', async () => {
    const of = { language: 'German', table: 'ruled', condition: 'clean' } as const;
    const [one, again, other] = await Promise.all([makePage(of, 5), makePage(of, 5), makePage(of, 6)]);
    expect(one.file.equals(again.file)).toBe(true);
    expect(one.truth).toEqual(again.truth);
    expect(one.truth).not.toEqual(other.truth);
  });

  test('has a table whose cells cover every place of its grid once', () => {
    for (let seed = 0; seed < 60; seed++) {
      const { blocks } = drawPage({ language: 'English', table: 'ruled', condition: 'clean' }, randomFrom(seed));
      const table = blocks.find((block) => block.label === 'table')?.table;
      const places = (table?.cells ?? []).flatMap(({ row, column, rowSpan, columnSpan }) =>
        Array.from(
          { length: rowSpan * columnSpan },
          (_, i) => `${row + (i % rowSpan)} ${column + Math.floor(i / rowSpan)}`,
        ),
      );
      expect(places.length).toBe((table?.rows ?? 0) * (table?.columns ?? 0));
      expect(new Set(places).size).toBe(places.length);
    }
  });

  test('is of every class as often as of any other', () => {
    const counts = new Map<string, number>();
    for (const of of chooseClasses(96, 1)) counts.set(JSON.stringify(of), (counts.get(JSON.stringify(of)) ?? 0) + 1);
    expect([...counts.values()]).toEqual(new Array(48).fill(2));
  });
});

describe('the similarity of tables', () => {
  const html =
    '<table><tr><td colspan="2">a &amp; b</td></tr><tr><td rowspan="2">c</td><td>d</td></tr><tr><td>e<br>f</td></tr></table>';

  test('HTML becomes cells at their places', () => {
    expect(gridOf(html)).toEqual([
      { row: 0, column: 0, rowSpan: 1, columnSpan: 2, text: 'a & b' },
      { row: 1, column: 0, rowSpan: 2, columnSpan: 1, text: 'c' },
      { row: 1, column: 1, rowSpan: 1, columnSpan: 1, text: 'd' },
      { row: 2, column: 1, rowSpan: 1, columnSpan: 1, text: 'e\nf' },
    ]);
  });

  test.each([
    ['an equal table', html, 1],
    ['half of a cell wrong', html.replace('>d<', '>dx<'), 1 - 0.5 / 8],
    ['a span lost', html.replace(' rowspan="2"', ''), 1 - 1 / 8],
    ['a cell lost', html.replace('<td>d</td>', ''), 1 - 1 / 8],
    ['nothing', '', 1 - 7 / 8],
  ])('%s', (_name, other, similarity) => {
    expect(teds(gridOf(other), gridOf(html))).toBeCloseTo(similarity);
  });
});
