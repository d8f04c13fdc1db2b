import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { plainText, type ReadBlock } from '../src/index.ts';

const text = (block_content: string, block_order: number | null = null): ReadBlock => ({
  block_label: 'text',
  block_content,
  block_order,
});
const table = (block_content: string): ReadBlock => ({ block_label: 'table', block_content, block_order: null });
const ofPage = (...parsing_res_list: ReadBlock[]) => plainText({ pages: [{ parsing_res_list }] });

describe('blocks', () => {
  test('are paragraphs in their reading order', () => {
    expect(ofPage(text('second', 2), text('first', 1))).toBe('first\n\nsecond');
  });

  test('without an order stay where they came', () => {
    expect(ofPage(text('b', 2), table('<table><tr><td>t</td></tr></table>'), text('a', 1))).toBe('a\n\nt\n\nb');
  });

  test('that are empty leave no gap', () => {
    expect(ofPage(text('a'), { block_label: 'image', block_content: '' }, text('b'))).toBe('a\n\nb');
  });

  test('keep formulas as they are', () => {
    expect(ofPage({ block_label: 'formula', block_content: '$a < b$' })).toBe('$a < b$');
  });
});

test('pages are parted by a form feed, and only they', () => {
  const page = (content: string) => ({ parsing_res_list: [text(content)] });
  expect(plainText({ pages: [page('one\f1'), { parsing_res_list: [] }, page('three')] })).toBe('one 1\f\fthree');
});

describe('a table', () => {
  test.each([
    [
      'column spans',
      '<table><tr><td colspan="2">Item</td><td>Qty</td></tr><tr><td>M6</td><td>40</td><td>7</td></tr></table>',
      'Item\t\tQty\nM6\t40\t7',
    ],
    [
      'row spans',
      '<table><tr><td rowspan="2">Bolts<td>M6<td rowspan=2>4<td>7<tr><td>M8<td>9<tr><td>Nuts<td>M6<td>1<td>2</table>',
      'Bolts\tM6\t4\t7\n\tM8\t\t9\nNuts\tM6\t1\t2',
    ],
    [
      'a row span that ends with its section',
      '<table><thead><tr><th rowspan=3>a<th>b</thead><tbody><tr><td>c<td>d</tbody></table>',
      'a\tb\nc\td',
    ],
    ['escaped quotes', '<table><tr><td colspan=\\"2\\">Item</td></tr></table>', 'Item'],
    [
      'th, line breaks and inline tags',
      '<table><tr><th>Unit<br>price</th><td><b>4</b>0</td></tr></table>',
      'Unit price\t40',
    ],
    ['blocks', '<table><tr><td><p>5</p>6<td>5<hr>6<td>5<h3>6</h3>7<td><pre>5</pre>6', '5 6\t5 6\t5 6 7\t5 6'],
    ['nothing closed', '<table><tr><td>a<td>b<tr><td>c', 'a\tb\nc'],
    ['empty cells', '<table><tr><td></td><td>b</td><td></td></tr></table>', '\tb'],
    ['entities', '<table><tr><td>a &amp; b &lt; c&nbsp;&#33;&#x22;</td></tr></table>', 'a & b < c !"'],
    ['a lone less-than', '<table><tr><td>a < b</td></tr></table>', 'a < b'],
    ['text outside of cells', '<table>Total<tr><td>4</td></tr></table> paid', 'Total\n4\npaid'],
    ['a NUL and a surrogate as entities', '<table><tr><td>a&#0;b&#xD800;c</td></tr></table>', 'a\ufffdb\ufffdc'],
    ['no HTML at all', 'just text', 'just text'],
    ['a table within a cell', '<table><tr><td>a<table><tr><td>b<td>c</table>d</td><td>e', 'a b c d\te'],
    ['sections', '<table><thead><tr><th>a</thead><tbody><tr><td>b</tbody></table>', 'a\nb'],
    ['a cell without a row', '<table><td>a</td><td>b</td></table>', 'a\tb'],
    ['a comment', '<table><tr><td>a<!-- <td>no</td> -->b<!-->c</td></tr></table>', 'abc'],
    ['a greater-than in an attribute', '<table><tr><td title="a > b" x=\'>\'>c</td></tr></table>', 'c'],
    ['a quote that opens nothing', '<table><tr><td "x>a</td></tr></table>', 'a'],
    ['a tag that never ends', '<table><tr><td>a</td></tr><td title="b', '<td title="b\na'],
    ['tables nested deeper than a call stack', `${'<table><tr><td>'.repeat(20_000)}x`, 'x'],
  ])('with %s', (_, html, lines) => {
    expect(ofPage(table(html))).toBe(lines);
  });
});

test('a table too large for a grid loses no text, and does not grow', () => {
  const html = `<table><tr>${'<td rowspan=0>a'.repeat(2000)}${'<tr><td>b'.repeat(2000)}`;
  const written = ofPage(table(html));
  expect([written.match(/a/g)?.length, written.match(/b/g)?.length]).toEqual([2000, 2000]);
  expect(written.length).toBeLessThan(html.length);
});

test.each<[string, string]>([
  [
    'marks that a repaired tree would repeat in every paragraph',
    `<table><tr><td><p>${Array.from({ length: 20_000 }, (_, at) => `<b id=${at}>`).join('')}</p>${'<p>x</p>'.repeat(20_000)}`,
  ],
  ['paragraphs deep within divisions', `<table><tr><td>${'<div>'.repeat(100_000)}${'<p>'.repeat(100_000)}x`],
  ['a tag of 200,000 attributes', `<table><tr><td ${Array.from({ length: 200_000 }, (_, at) => `a${at}`).join(' ')}>x`],
  ['tags that are never closed', `<table><tr><td>x${'<a "'.repeat(200_000)}`],
  ['tags whose quotes are never closed', `<table><tr><td>x${'<a b="'.repeat(200_000)}`],
  ['quotes of two kinds that hold tags of a table', `<table><tr><td>x${`<b x="'<td>' y=`.repeat(50_000)}`],
  ['comments that are never closed', `<table><tr><td>x${'<!--'.repeat(200_000)}`],
  ['instructions that are never closed', `<table><tr><td>x${'<?a '.repeat(200_000)}`],
])('a hostile table is read in time: %s', (_, html) => {
  expect(ofPage(table(html))).toContain('x');
});

const pieces = fc.array(
  fc.oneof(
    fc.constantFrom(
      '<table>',
      '<tr>',
      '<td>',
      '</td>',
      '</tr>',
      '<td colspan="',
      '">',
      '&#0;',
      '&#xDFFF;',
      '<!--',
      '\0',
      '\f',
    ),
    fc.string({ unit: 'binary' }),
  ),
);

test('any content gives text that can be stored', () => {
  fc.assert(
    fc.property(pieces, fc.boolean(), (parts, isTable) => {
      const content = parts.join('');
      const once = ofPage(isTable ? table(content) : text(content));
      expect(once).not.toMatch(/[\0\f\p{Cs}]/u);
      expect(ofPage(isTable ? table(content) : text(content))).toBe(once);
    }),
  );
});
