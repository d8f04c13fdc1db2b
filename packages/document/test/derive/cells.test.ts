import { describe, expect, test } from '@jest/globals';
import { blocksOf, tableBlock, tableOf, warningsOf } from '../support/derived.ts';

const one = (content: string) => `<table><tr><td>${content}</td></tr></table>`;
const textOf = (content: string) => tableOf(one(content)).cells[0]?.text;

describe("a cell's text is plain", () => {
  test.each([
    ['entities are letters', 'a &amp; b&nbsp;&lt; c', 'a & b < c'],
    ['white space is one space', '  a \n\t b ', 'a b'],
    ['<br> begins a line', 'a<br>b<br/>c', 'a\nb\nc'],
    ['paragraphs and list items are lines', '<p>a</p><p>b</p><ul><li>c</li></ul>d', 'a\nb\nc\nd'],
    ['marks vanish and part no words', '<b>a</b><i>b</i> x<sup>2</sup>', 'ab x2'],
    ['LaTeX stays between its signs', 'A $\\frac{1}{2}$ mm', 'A $\\frac{1}{2}$ mm'],
    ['a table in it is text', 'a<table><tr><td>b<td>c<tr><td>d</table>e', 'a\nb c\nd\ne'],
    ['a lone less-than is text', 'a < b', 'a < b'],
  ])('%s', (_, content, text) => {
    expect(textOf(content)).toBe(text);
  });
});

describe('what is no whole tag is text, and reported', () => {
  const cellsOf = (html: string) => blocksOf(tableBlock(html))[0]?.text.split(/[\t\n]/);
  test.each<[string, string, string[]]>([
    ['a comment', '<tr><td>a <!-- b<td>c<tr><td>d', ['a <!-- b', 'c', 'd']],
    ['a declaration', '<tr><td>a <! b</td><td>c</td></tr>', ['a <! b', 'c']],
    ['an instruction', '<tr><td>a <? b</td><td>c</td></tr>', ['a <? b', 'c']],
    ['a section of characters', '<tr><td><![CDATA[a]]></td><td>c</td></tr>', ['<![CDATA[a]]>', 'c']],
    ['a variable', '<tr><td>n<N</td><td>c</td></tr>', ['n<N', 'c']],
    ['a variable that a tag is named for', '<tr><td>a<b</td><td>c</td></tr>', ['a<b', 'c']],
    ['a variable among words', '<tr><td>a<b and c</td><td>i <s and p> q', ['a<b and c', 'i <s and p> q']],
    ['an equation', '<tr><td>a<b = c</td><td>c', ['a<b = c', 'c']],
    ['an address', '<tr><td>Ann <ann@example.org></td><td>c', ['Ann <ann@example.org>', 'c']],
    ['an end tag of no name', '<tr><td>a </5 b</td><td>c', ['a </5 b', 'c']],
    ['a quote of a mark', '<tr><td><b x="a</b></td><td>c', ['<b x="a', 'c']],
    ['all of a tag at the end', '<tr><td>a</td><td>c</td></tr><tr><td>d<br', ['a', 'c', 'd<br']],
  ])('%s', (_, rows, texts) => {
    expect(cellsOf(`<table>${rows}${rows.endsWith('<br') ? '' : '</table>'}`)).toEqual(texts);
    expect(warningsOf(tableBlock(`<table>${rows}`))).toContain('markup_broken');
  });

  test.each<[string, string, string[]]>([
    [
      'a quote ends at the next >',
      '<tr><td colspan="2>a</td><td>b</td></tr><tr><td>c<td>d<td>e',
      ['a', '', 'b', 'c', 'd', 'e'],
    ],
    [
      'a quote ends before the tag that has the next one',
      '<tr><td colspan="2>a</td><td rowspan="1">b</td></tr><tr><td>c<td>d<td>e',
      ['a', '', 'b', 'c', 'd', 'e'],
    ],
    [
      'a tag of the table ends before the next one',
      '<tr><td colspan=2 <b>a</b></td<td>b<tr><td>c<td>d<td>e',
      ['a', '', 'b', 'c', 'd', 'e'],
    ],
    ['and what else it held is text', '<tr><td class="x" a</td><td b', ['a', 'b']],
  ])('%s', (_, rows, texts) => {
    expect(cellsOf(`<table>${rows}</table>`)).toEqual(texts);
    expect(warningsOf(tableBlock(`<table>${rows}</table>`))).toContain('markup_broken');
  });

  test.each([
    ['a lone less-than', 'a < b, a <5, a<=b'],
    ['signs in quoted attributes', '<b title="a > b < c" x=\'>\'>a</b><br/><img src=x alt="">'],
    ['an unknown tag', '<unk>a</unk><mml:mi x="1">b</mml:mi>'],
    ['declarations of their own', '<!DOCTYPE html><?xml version="1.0"?>a'],
  ])('but nothing is odd about %s', (_, content) => {
    expect(warningsOf(tableBlock(one(content)))).not.toContain('markup_broken');
    expect(textOf(content)).toMatch(/^a/);
    expect(textOf(content)).not.toMatch(/[">]/);
  });
});

describe('what became plain text is reported once a table, with the first cell that had it', () => {
  test.each([
    ['markup', '<tr><td>a<td>b<br>c<tr><td>d<br>e<td><b>f</b>', ['markup_removed @0,1', 'markup_removed @1,1']],
    ['LaTeX', '<tr><td>$\\alpha$<td>$x^2$', ['latex_kept @0,0']],
    ['unknown tags', '<tr><td>a<unk>b</unk>', ['markup_removed @0,0']],
    ['comments', '<tr><td>a<!-- b -->', ['markup_removed']],
    ['a nested table', '<tr><td>a<td>b<table><tr><td>c</table>', ['nested_table @0,1']],
    ['but amounts of money are no LaTeX', '<tr><td>$5 or $6<td>a_b', []],
  ])('%s', (_, rows, warnings) => {
    expect(warningsOf(tableBlock(`<table>${rows}</table>`))).toEqual(warnings);
  });
});

describe('headers', () => {
  const headers = (html: string) => tableOf(html).cells.flatMap(({ header, text }) => (header ? [text] : []));

  test('are what the HTML calls so', () => {
    expect(headers('<table><thead><tr><td>a<td>b</thead><tr><th>c<td>d</table>')).toEqual(['a', 'b', 'c']);
  });

  const named = (first: string) => `<table><tr>${first}<tr><td>bolt<td>M6<td>40<tr><td>nut<td>M8<td>1,234.5</table>`;
  test('are a first row of names above numbers, though no tag says so', () => {
    expect(headers(named('<td>Item<td>Size<td>Qty'))).toEqual(['Item', 'Size', 'Qty']);
    expect(headers(named('<td colspan=2>Item<td>Qty</td><td>Note'))).toEqual(['Item', 'Qty', 'Note']);
  });
  test.each([
    ['with a digit in it', named('<td>Item<td>Size<td>Qty 2')],
    ['with an empty cell', named('<td>Item<td><td>Qty')],
    ['with a text twice', named('<td>Item<td>Item<td>Qty')],
    ['above texts', '<table><tr><td>a<td>b<td>c<tr><td>d<td>e<td>f<tr><td>g<td>h<td>i</table>'],
    ['above a single number', '<table><tr><td>a<td>b<td>c<tr><td>d<td>e<td>5</table>'],
    ['of a list of names and values', '<table><tr><td>Name<td>Ann<tr><td>Age<td>42<tr><td>Size<td>170</table>'],
  ])('are not a first row %s', (_, html) => {
    expect(headers(html)).toEqual([]);
  });
  test('are only what the tags say where they say any', () => {
    expect(headers(`${named('<td>Item<td>Size<td>Qty').replace('<td>bolt', '<th>bolt')}`)).toEqual(['bolt']);
  });
});

describe('where a cell stands', () => {
  const html = '<table><tr><td>ab<td>abcdef<tr><td colspan=2>c</table>';
  const boxes = (more: object = {}, content = html) =>
    tableOf(content, more).cells.map(({ bbox, estimated, confidence }) => ({ bbox, estimated, confidence }));

  test('is estimated by the longest texts and the lines of its rows', () => {
    expect(boxes({}, html.replace('>ab<', '>ab<br>x<'))).toEqual([
      { bbox: [0, 0, 100, 80], estimated: true },
      { bbox: [100, 0, 300, 80], estimated: true },
      { bbox: [0, 80, 300, 120], estimated: true },
    ]);
  });

  test('counts Chinese letters double', () => {
    const [first] = boxes({}, '<table><tr><td>中文<td>abcd</table>');
    expect(first?.bbox).toEqual([0, 0, 150, 120]);
  });

  test('is what the service says, where it says it for every cell', () => {
    const cells = [
      { bbox: [1, 1, 50, 50], confidence: 0.9 },
      { bbox: [50, 1, 2000, 50] },
      { bbox: 'nowhere', confidence: 0.5 },
    ];
    expect(boxes({ cells })).toEqual([
      { bbox: [1, 1, 50, 50], confidence: 0.9 },
      { bbox: [50, 1, 900, 50] },
      { bbox: [0, 60, 300, 120], estimated: true, confidence: 0.5 },
    ]);
    expect(warningsOf(tableBlock(html, { cells }))).toEqual(['box_outside_page @0,1', 'box_malformed @1,0']);
  });

  test('is estimated for a cell that was filled in', () => {
    const cells = [{ bbox: [1, 1, 2, 2] }, { bbox: [2, 2, 3, 3] }, { bbox: [3, 3, 4, 4] }];
    expect(boxes({ cells }, '<table><tr><td>a<td>b<tr><td>c</table>').map(({ estimated }) => estimated)).toEqual([
      undefined,
      undefined,
      undefined,
      true,
    ]);
  });

  test('follows the order of the source, also where the foot is written first', () => {
    const cells = [{ bbox: [0, 90, 9, 99] }, { bbox: [0, 0, 9, 9] }];
    const [body, foot] = tableOf('<table><tfoot><tr><td>f</tfoot><tr><td>b</table>', { cells }).cells;
    expect(body).toMatchObject({ text: 'b', bbox: [0, 0, 9, 9] });
    expect(foot).toMatchObject({ text: 'f', bbox: [0, 90, 9, 99] });
  });

  test('is not what the service says where it counts other cells', () => {
    expect(boxes({ cells: [{ bbox: [1, 1, 2, 2] }] }).every(({ estimated }) => estimated === true)).toBe(true);
    expect(warningsOf(tableBlock(html, { cells: [] }))).toEqual(['cell_boxes_ignored']);
  });

  test('is unknown where that of the table is', () => {
    const [block] = blocksOf(tableBlock(html, { block_bbox: null }));
    expect(block?.bbox).toEqual([0, 0, 0, 0]);
    expect(block?.table?.cells.some((cell) => 'bbox' in cell || 'estimated' in cell)).toBe(false);
  });
});

describe('which sides of a cell are ruled', () => {
  const html = '<tr><td>a<td rowspan=2>b<tr><td>c</table>';
  const borders = (told: unknown[] | null, table = '<table>') => {
    const cells = told?.map((said) => ({ bbox: [0, 0, 9, 9], borders: said }));
    return tableOf(table + html, told === null ? {} : { cells }).cells.map((cell) => cell.borders);
  };

  test('is what the service says, each side in its place', () => {
    expect(borders(['trbl', '', 'lt'])).toEqual(['trbl', '', 'tl']);
    expect(borders(['BT', 'bb', 'r'])).toEqual(['tb', 'b', 'r']);
  });

  test.each([[null], [undefined], [5], [['t']], [{ t: true }], ['all'], ['t,b'], ['trblt'], ['t'.repeat(1e6)]])(
    'is unknown where that is no letters of sides: %j',
    (said) => {
      expect(borders([said, 't', ''])).toEqual([undefined, 't', '']);
      const table = tableOf(`<table>${html}`, { cells: [{ bbox: [0, 0, 9, 9], borders: said }, {}, {}] });
      expect(table.cells.some((cell) => 'borders' in cell)).toBe(false);
    },
  );

  test.each([
    ['<table border="1">', 'trbl'],
    ['<TABLE class=x BORDER = 2px>', 'trbl'],
    ["<table style='border:0' border='solid'>", 'trbl'],
    ['<table border="">', 'trbl'],
    ['<table border=\\"1\\">', 'trbl'],
    ['<table border="0" border="1">', ''],
    ['<table border=0px>', ''],
    ['<table>', undefined],
    ['<table noborder="1" data-border="0" cellborder=1>', undefined],
    ['', undefined],
  ])('is what the HTML says of the whole table where the service says nothing: %s', (table, sides) => {
    expect(borders(null, table)).toEqual([sides, sides, sides]);
    expect(borders(['t', null, ''], table)).toEqual(['t', sides, '']);
  });

  test('is told of each table of a block on its own, and not by a table within a cell', () => {
    const two = '<table border=1><tr><td>a</table><table><tr><td>b<table border=0><tr><td>c</table></table>';
    expect(blocksOf(tableBlock(two)).map(({ table }) => table?.cells[0]?.borders)).toEqual(['trbl', undefined]);
  });

  test('is told of cells that were filled in only by the HTML', () => {
    const short = (table: string) =>
      tableOf(`${table}<tr><td>a<td>b<tr><td>c</table>`, { cells: ['t', 't', 't'].map((said) => ({ borders: said })) });
    expect(short('<table>').cells.map((cell) => cell.borders)).toEqual(['t', 't', 't', undefined]);
    expect(short('<table border=0>').cells.map((cell) => cell.borders)).toEqual(['t', 't', 't', '']);
  });

  test('is not what the service says where it counts other cells', () => {
    expect(borders(['t', 't'])).toEqual([undefined, undefined, undefined]);
  });
});
