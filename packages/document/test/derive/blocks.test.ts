import { describe, expect, test } from '@jest/globals';
import { deriveDocument } from '../../src/index.ts';
import { blocksOf, documentOf, pageOf, tableBlock, textBlock, warningsOf } from '../support/derived.ts';

const row = (text: string) => `<table><tr><td>${text}</td></tr></table>`;

describe('blocks', () => {
  test('come in reading order and are numbered by it; those without an order stay where they are', () => {
    const blocks = blocksOf(
      textBlock('b', { block_order: 2 }),
      tableBlock(row('t')),
      textBlock('a', { block_order: 1 }),
    );
    expect(blocks.map(({ id, kind, text }) => [id, kind, text])).toEqual([
      [0, 'text', 'a'],
      [1, 'table', 't'],
      [2, 'text', 'b'],
    ]);
  });

  test('stay though they have no text: a picture has a place', () => {
    expect(blocksOf({ block_label: 'image', block_content: null, block_bbox: [1, 2, 3, 4] })).toEqual([
      { id: 0, kind: 'image', text: '', bbox: [1, 2, 3, 4] },
    ]);
  });

  test('of a table tell its rows as lines, with a tab before each column but the first, also below and beside spans', () => {
    const rows = '<tr><td colspan=2>a<br>b<td>c<tr><td>d<td rowspan=2>e<td>f<tr><td>g<td>h<tr><td>i';
    const [block] = blocksOf(tableBlock(`<table>${rows}</table>`));
    expect(block?.text).toBe('a b\t\tc\nd\te\tf\ng\t\th\ni');
  });

  test('have no NULs, lone surrogates and form feeds', () => {
    const block = textBlock('a\0b\ud800c\fd😀');
    expect(blocksOf(block)[0]?.text).toBe('abc d😀');
    expect(warningsOf(block)).toEqual(['characters_removed']);
  });
});

describe('several blocks come of one', () => {
  test('with tables, texts around them and captions in it', () => {
    const html = `before ${row('a')} between <table><caption>Title</caption>loose<tr><td>b</table> after`;
    expect(blocksOf(tableBlock(html)).map(({ id, kind, text }) => [id, kind, text])).toEqual([
      [0, 'text', 'before'],
      [1, 'table', 'a'],
      [2, 'text', 'between'],
      [3, 'text', 'loose'],
      [4, 'table_title', 'Title'],
      [5, 'table', 'b'],
      [6, 'text', 'after'],
    ]);
    expect(warningsOf(tableBlock(html))).toEqual(['several_tables', ...new Array(4).fill('text_outside_cells')]);
  });

  test('and later blocks count on', () => {
    const blocks = blocksOf(tableBlock(row('a') + row('b')), textBlock('c'));
    expect(blocks.map(({ id, text }) => [id, text])).toEqual([
      [0, 'a'],
      [1, 'b'],
      [2, 'c'],
    ]);
  });

  test('tables share the cells that the service places, and estimates share the height', () => {
    const cells = [{ bbox: [1, 1, 2, 2] }, { bbox: [3, 3, 4, 4] }];
    const placed = (more: object) =>
      blocksOf(tableBlock(row('a') + row('b'), more)).map(({ table }) => table?.cells[0]?.bbox);
    expect(placed({ cells })).toEqual([
      [1, 1, 2, 2],
      [3, 3, 4, 4],
    ]);
    expect(placed({})).toEqual([
      [0, 0, 300, 60],
      [0, 60, 300, 120],
    ]);
  });

  test('also where the service does not call it a table', () => {
    expect(blocksOf(textBlock(`see ${row('a')}`)).map(({ kind, text }) => [kind, text])).toEqual([
      ['text', 'see'],
      ['table', 'a'],
    ]);
    expect(blocksOf(textBlock('the tag <table> begins a table')).map(({ text }) => text)).toEqual([
      'the tag <table> begins a table',
    ]);
  });
});

test.each([
  ['nothing', '', ''],
  ['a table without a cell', '<table><tr></tr></table>', ''],
  ['text only', 'just text', 'just text'],
])('a table block with %s has no table, and keeps its text', (_, content, text) => {
  const [block, ...more] = blocksOf(tableBlock(content));
  expect(block).toEqual({ id: 0, kind: 'table', text, bbox: [0, 0, 300, 120] });
  expect(more).toEqual([]);
  expect(warningsOf(tableBlock(content))).toEqual(['table_empty']);
});

describe('boxes', () => {
  test.each([
    ['within the page stay', [1.5, 2, 3, 4], [1.5, 2, 3, 4], []],
    ['beyond the page are clipped', [-5, 10, 950, 1300], [0, 10, 900, 1200], ['box_outside_page']],
    ['far from the page are its edge', [1000, 10, 1100, 20], [900, 10, 900, 20], ['box_outside_page']],
    ['with reversed corners are turned', [30, 40, 10, 20], [10, 20, 30, 40], ['box_reversed']],
    ['of three numbers are nowhere', [1, 2, 3], [0, 0, 0, 0], ['box_malformed']],
    ['of texts are nowhere', ['1', 2, 3, 4], [0, 0, 0, 0], ['box_malformed']],
    ['of infinite size are nowhere', [0, 0, Number.POSITIVE_INFINITY, 1], [0, 0, 0, 0], ['box_malformed']],
    ['that are missing are nowhere', undefined, [0, 0, 0, 0], ['box_malformed']],
  ])('%s', (_, block_bbox, bbox, warnings) => {
    const block = textBlock('a', { block_bbox });
    expect(blocksOf(block)[0]?.bbox).toEqual(bbox);
    expect(warningsOf(block)).toEqual(warnings);
  });

  test('on a page of unknown size are only kept from being negative', () => {
    const raw = { pages: [{ parsing_res_list: [textBlock('a', { block_bbox: [-1, 0, 9999, 9] })] }] };
    const { pages, warnings } = deriveDocument([{ raw }]);
    expect(pages[0]).toMatchObject({ width: 0, height: 0, blocks: [{ bbox: [0, 0, 9999, 9] }] });
    expect(warnings.map(({ code, block }) => [code, block])).toEqual([
      ['page_size_unknown', null],
      ['box_outside_page', 0],
    ]);
  });
});

describe('confidence', () => {
  const detected = (boxes: unknown[], more: object = {}) => {
    const page = { ...pageOf(textBlock('a', { block_bbox: [0, 0, 100, 100], ...more })), layout_det_res: { boxes } };
    return deriveDocument([{ raw: { pages: [page] } }]).pages[0]?.blocks[0]?.confidence;
  };
  const box = (label: string, score: unknown, coordinate: unknown) => ({ label, score, coordinate });

  test('is that of the best overlapping box of the same kind', () => {
    const boxes = [
      box('text', 0.6, [0, 0, 100, 70]),
      box('text', 0.8, [0.4, 0, 99, 101]),
      box('table', 0.9, [0, 0, 100, 100]),
    ];
    expect(detected(boxes)).toBe(0.8);
  });
  test('is unknown where no box covers at least half of what both cover', () => {
    expect(detected([box('text', 0.6, [0, 0, 100, 49])])).toBeUndefined();
    expect(detected([box('text', 0.6, [0, 0, 100, 50])])).toBe(0.6);
  });
  test('is what the block itself says, first', () => {
    expect(detected([box('text', 0.6, [0, 0, 100, 100])], { confidence: 0.7 })).toBe(0.7);
    expect(detected([], { score: 0.4 })).toBe(0.4);
  });
  test('is nothing but a number from 0 to 1', () => {
    expect(
      detected([box('text', 97, [0, 0, 100, 100]), box('text', 'high', [0, 0, 100, 100])], { confidence: -1 }),
    ).toBeUndefined();
  });
});

describe('lines', () => {
  const good = { text: 'a', bbox: [10, 10, 50, 20], confidence: 0.9 };
  test('are kept where they are told whole', () => {
    const block = textBlock('a', { lines: [good, { text: 'b' }, null, { ...good, bbox: [0, 0, 1000, 20] }] });
    expect(blocksOf(block)[0]?.lines).toEqual([good, { ...good, bbox: [0, 0, 900, 20] }]);
    expect(warningsOf(block)).toEqual(['box_outside_page', 'lines_malformed']);
  });
  test('of a block that becomes several go to its table', () => {
    expect(blocksOf(tableBlock(`x${row('a')}`, { lines: [good] })).map(({ lines }) => lines)).toEqual([
      undefined,
      [good],
    ]);
  });
});

describe('a document', () => {
  test('has the pages of all its sources in their order, with what is told beside them', () => {
    const raw = (...texts: string[]) => ({ pages: texts.map((text) => pageOf(textBlock(text))) });
    const error = { code: 'ocr_failed', message: 'Too dark.' };
    const { pages, warnings } = deriveDocument([
      { raw: raw('one') },
      { raw: raw('two'), textLayers: ['layer\0 two'] },
      { error },
      { raw: raw('four') },
    ]);
    expect(
      pages.map(({ number, blocks, error, text_layer }) => ({ number, text: blocks[0]?.text, error, text_layer })),
    ).toEqual([
      { number: 1, text: 'one' },
      { number: 2, text: 'two', text_layer: 'layer two' },
      { number: 3, error },
      { number: 4, text: 'four' },
    ]);
    const message = 'The page could not be read: Too dark.';
    expect(warnings).toEqual([{ code: 'page_failed', message, page: 3, block: null }]);
  });

  test('says of a page of which nothing was read that the file itself has text for it', () => {
    const image = textBlock('', { block_label: 'image' });
    const raw = { pages: [pageOf(), pageOf(image), pageOf(textBlock('read')), pageOf(), pageOf()] };
    const { pages, warnings } = deriveDocument([{ raw, textLayers: ['영수증', '영수증', '영수증', ' \n', null] }]);
    expect(warnings.map(({ code, page }) => [code, page])).toEqual([
      ['page_unread', 1],
      ['page_unread', 2],
    ]);
    expect(pages[0]).toMatchObject({ blocks: [], text_layer: '영수증' });
  });

  test('of one source has all its pages', () => {
    const raw = { pages: [pageOf(textBlock('one')), pageOf(textBlock('two'))] };
    const { pages } = deriveDocument([{ raw, textLayers: [null, 'layer'] }]);
    expect(pages).toMatchObject([
      { number: 1, blocks: [{ text: 'one' }] },
      { number: 2, text_layer: 'layer' },
    ]);
  });

  test.each([0, 1])(
    'of several has one page for each, which has what a surplus page says without its place: source %d',
    (at) => {
      const html = '<table><tr><td>b<td>c</table>';
      const lines = [{ text: 'b', bbox: [1, 1, 2, 2], confidence: 1 }];
      const cells = [{ bbox: [1, 1, 2, 2] }, { bbox: [1, 1, 2, 2] }];
      const own = pageOf(textBlock('z', { block_order: 2 }), textBlock('a', { block_order: 1 }));
      const surplus = pageOf(
        tableBlock(html, { lines, cells }),
        textBlock('y', { block_order: 2 }),
        textBlock('x', { block_order: 1 }),
      );
      const sources = [{ raw: { pages: [pageOf(textBlock('other'))] } }];
      sources.splice(at, 0, { raw: { pages: [own, { ...surplus, width: 1 }] } });
      const { pages, warnings } = deriveDocument(sources);
      expect(pages.map(({ number, width, blocks }) => [number, width, blocks.length])).toEqual([
        [1, 900, at === 0 ? 5 : 1],
        [2, 900, at === 0 ? 1 : 5],
      ]);
      const blocks = pages[at]?.blocks ?? [];
      expect(blocks.map(({ text }) => text)).toEqual(['a', 'z', 'b\tc', 'x', 'y']);
      expect(blocks.map(({ bbox }) => bbox)).toEqual([
        ...new Array(2).fill([10, 10, 100, 20]),
        ...new Array(3).fill([0, 0, 0, 0]),
      ]);
      expect(blocks[2]?.lines).toBeUndefined();
      expect(blocks[2]?.table?.cells.some((cell) => 'bbox' in cell)).toBe(false);
      expect(warnings.map(({ code, page, block }) => [code, page, block])).toEqual([['pages_surplus', at + 1, null]]);
    },
  );

  test.each([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'pages'],
    ['no pages', { pages: [] }],
    ['pages of another kind', { pages: 7 }],
  ])('of %s is a page without blocks', (_, raw) => {
    const { pages, warnings } = deriveDocument([{ raw }]);
    expect(pages).toEqual([{ number: 1, width: 0, height: 0, blocks: [] }]);
    expect(warnings).toMatchObject([{ code: 'result_malformed', page: 1, block: null }]);
  });

  test('says which page and block a warning is about', () => {
    const raw = { pages: [pageOf(), pageOf(textBlock('a'), textBlock('b', { block_bbox: [] }))] };
    expect(deriveDocument([{ raw }]).warnings).toMatchObject([{ code: 'box_malformed', page: 2, block: 1 }]);
  });

  test('leaves out what is no block and no page, and says so', () => {
    const { pages, warnings } = deriveDocument([{ raw: { pages: [null, pageOf(null, textBlock(5), 'x')] } }]);
    expect(pages.map(({ blocks }) => blocks.map(({ text }) => text))).toEqual([[], ['5']]);
    expect(warnings.map(({ code, page }) => [code, page])).toEqual([
      ['page_malformed', 1],
      ['block_malformed', 2],
    ]);
  });

  test('has a thousand warnings at most, the last of which counts the others', () => {
    const blocks = (count: number) => Array.from({ length: count }, () => textBlock('a', { block_bbox: null }));
    expect(documentOf(...blocks(1000)).warnings.at(-1)).toMatchObject({ code: 'box_malformed', block: 999 });
    const { warnings } = documentOf(...blocks(1500));
    expect(warnings).toHaveLength(1000);
    expect(warnings.at(-1)).toMatchObject({ code: 'warnings_left_out', message: '501 more warnings are left out.' });
  });
});
