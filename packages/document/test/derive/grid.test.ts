import { describe, expect, test } from '@jest/globals';
import { documentOf, picture, tableBlock, tableIn, tableOf, warningsIn, warningsOf } from '../support/derived.ts';

const inTable = (rows: string) => `<table>${rows}</table>`;

describe('the grid of a table', () => {
  test.each<[string, string, string[]]>([
    ['has a place for every cell', '<tr><td>a<td>b<tr><td>c<td>d', ['a b', 'c d']],
    [
      'unfolds spans',
      '<tr><td colspan="2">a<td>b<tr><td rowspan=2>c<td>d<td>e<tr><td>f<td>g',
      ['a a b', 'c d e', 'c f g'],
    ],
    ['takes escaped quotes for quotes', '<tr><td colspan=\\"2\\">a<tr><td>b<td>c', ['a a', 'b c']],
    [
      'knows spans in any case and order',
      '<tr><td class=x COLSPAN = 2 data-colspan="9">a<tr><td>b<td>c',
      ['a a', 'b c'],
    ],
    ['takes the first of two spans', '<tr><td colspan=2 colspan=3>a<tr><td>b<td>c', ['a a', 'b c']],
    ['takes a span that is no number for one', '<tr><td colspan=x rowspan=-2>a<td colspan=0>b', ['a b']],
    ['moves cells past those that reach down', '<tr><td>a<td rowspan=2>b<td>c<tr><td>d<td>e', ['a b c', 'd b e']],
    [
      'has the foot last, wherever it is written',
      '<tfoot><tr><td>f</tfoot><tbody><tr><td>a</tbody><tr><td>b',
      ['a', 'b', 'f'],
    ],
    ['keeps rows without a cell', '<tr><td>a<tr><tr><td>b', ['a', '.', 'b']],
    [
      'lets a row span of 0 reach to the end of its group',
      '<tbody><tr><td rowspan=0>a<td>b<tr><td>c<tr><td>d<tbody><tr><td>e<td>f',
      ['a b', 'a c', 'a d', 'e f'],
    ],
  ])('%s', (_, rows, expected) => {
    expect(picture(inTable(rows))).toEqual(expected);
  });

  test('holds its cells by rows and within a row by columns, each once', () => {
    const { cells } = tableOf(inTable('<tr><td rowspan=2>a<td>b<tr><td>c'));
    expect(cells.map(({ row, column, text }) => [row, column, text])).toEqual([
      [0, 0, 'a'],
      [0, 1, 'b'],
      [1, 1, 'c'],
    ]);
  });
});

describe('what does not fit is repaired and reported', () => {
  test.each<[string, string, string[], string[]]>([
    ['a row that ends short is filled', '<tr><td>a<td>b<td>c<tr><td>d', ['a b c', 'd . .'], ['row_too_short @1,1']],
    [
      'a row span out of the table is clipped',
      '<tr><td>a<td rowspan=5>b<tr><td>c',
      ['a b', 'c b'],
      ['span_clipped @0,1'],
    ],
    [
      'a row span out of its section is clipped',
      '<thead><tr><th rowspan=2>a<th>b</thead><tbody><tr><td>c<td>d</tbody>',
      ['a b', 'c d'],
      ['span_clipped @0,0'],
    ],
    [
      'where spans overlap the later cell wins, and what it leaves of the earlier one to no rectangle is empty',
      '<tr><td>a<td rowspan=3 colspan=2>b<tr><td colspan=2>c<tr><td>d',
      ['a b b', 'c c .', 'd . .'],
      ['span_overlaps @0,1'],
    ],
    [
      'anchors stay where they are though a span before them is cut',
      '<tr><td>a<td rowspan=3>b<td>c<tr><td colspan=2>d<td>e<tr><td>f<td>g',
      ['a b c', 'd d e', 'f . g'],
      ['span_overlaps @0,1'],
    ],
    [
      'a column span far beyond every cell is clipped',
      '<tr><td colspan=100>a<tr><td>b<td>c',
      ['a a', 'b c'],
      ['span_clipped @0,0'],
    ],
  ])('%s', (_, rows, expected, warnings) => {
    expect(picture(inTable(rows))).toEqual(expected);
    expect(warningsOf(tableBlock(inTable(rows)))).toEqual(warnings);
  });

  test('a span beyond what the HTML standard allows counts as the most it allows', () => {
    const html = inTable(`<tr><td colspan=5000>a<tr>${'<td>b'.repeat(1000)}`);
    const document = documentOf(tableBlock(html));
    expect(tableIn(document).cells[0]).toMatchObject({ column_span: 1000 });
    expect(warningsIn(document)).toEqual(['span_clipped @0,0']);
  });
});

describe('an absurd table is cut to 100,000 cells', () => {
  test.each([
    ['of many rows', inTable('<tr><td>a'.repeat(100_001)), { rows: 100_000, columns: 1 }],
    ['of a long row', inTable(`<tr>${'<td>a'.repeat(100_001)}`), { rows: 1, columns: 100_000 }],
    ['of rows and columns', inTable(`<tr>${'<td>a'.repeat(300)}`.repeat(400)), { rows: 333, columns: 300 }],
    ['of few cells that span', inTable(`<tr>${'<td colspan=1000>a'.repeat(200)}`), { rows: 1, columns: 100_000 }],
  ])('%s', (_, html, size) => {
    const document = documentOf(tableBlock(html));
    const { rows, columns } = tableIn(document);
    expect({ rows, columns }).toEqual(size);
    expect(warningsIn(document)).toEqual(['table_cut']);
  });

  test('and one of exactly as many is not', () => {
    const html = inTable(`<tr>${'<td>a'.repeat(1000)}`.repeat(100));
    const document = documentOf(tableBlock(html));
    expect(tableIn(document).cells.length).toBe(100_000);
    expect(warningsIn(document)).toEqual([]);
  });
});
