import { describe, expect, test } from '@jest/globals';
import { randomFrom } from '../../chaos/random.ts';
import { drawPage } from './pages/draw-page.ts';
import { chooseClasses, makePage } from './pages/make-pages.ts';
import type { TruthBox } from './pages/truth.ts';
import { gridOf } from './score/grid.ts';
import { scorePage } from './score/score-page.ts';
import { teds } from './score/teds.ts';

describe('a drawn page', () => {
  test('is the same for the same seed, and another one for another', async () => {
    const of = { language: 'German', table: 'ruled', condition: 'clean' } as const;
    const [one, again, other] = await Promise.all([makePage(of, 5), makePage(of, 5), makePage(of, 6)]);
    expect(one.file.equals(again.file)).toBe(true);
    expect(one.truth).toEqual(again.truth);
    expect(one.truth).not.toEqual(other.truth);
  });

  test('with pictures is the same but for these', () => {
    const of = { language: 'English', table: 'prose', condition: 'clean' } as const;
    const [without, pictured] = [drawPage(of, randomFrom(5)), drawPage(of, randomFrom(5), randomFrom(6))];
    const isPicture = ({ label }: { label: string }) => label === 'image';
    expect(without.blocks.some(isPicture)).toBe(false);
    expect(pictured.blocks.filter(isPicture).length).toBeGreaterThanOrEqual(2);
    expect(pictured.blocks.filter((block) => !isPicture(block))).toEqual(without.blocks);
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

test('pictures are told where half of their box and the one that was told is in both', () => {
  const picture = (box: TruthBox) => ({ label: 'image', text: '', box }) as const;
  const told = (block_bbox: TruthBox) => ({ block_label: 'image', block_content: '', block_bbox });
  const truth = {
    of: { language: 'English', table: 'prose', condition: 'clean' } as const,
    width: 500,
    height: 500,
    blocks: [picture([0, 0, 100, 100]), picture([200, 200, 300, 300]), picture([400, 400, 450, 450])],
  };
  const blocks = [told([0, 0, 100, 60]), told([200, 200, 300, 240])];
  expect(scorePage({ seconds: 1, text: '', blocks }, truth).pictures).toEqual({ drawn: 3, told: 2, right: 1 });
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
