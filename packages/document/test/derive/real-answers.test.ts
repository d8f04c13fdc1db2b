import { describe, expect, test } from '@jest/globals';
import { deriveDocument, documentModel } from '../../src/index.ts';
import { picture, tableBlock, tableOf, warningsOf } from '../support/derived.ts';

/** Answers as PaddleOCR-VL gives them for photos of forms: spans a little wrong, rows that end short. */
describe('a Chinese delivery note', () => {
  const html =
    '<table><tr><td colspan="6">送货单</td></tr>' +
    '<tr><td>客户</td><td colspan="2">上海某某有限公司</td><td>电话</td><td colspan="2">02162345678</td></tr>' +
    '<tr><td>单号</td><td colspan="2">20250725001</td><td>日期</td><td colspan="2">2025年7月25日</td></tr>' +
    '<tr><td>序号</td><td>品名</td><td>规格</td><td>数量</td><td>单价</td><td>金额</td></tr>' +
    '<tr><td>1</td><td>螺栓</td><td>M6×20</td><td>１２０</td><td>0.50</td><td>￥60.00</td></tr>' +
    '<tr><td>2</td><td rowspan="2">垫片</td><td>M6</td><td>40</td><td>1,250.00</td><td>50,000.00元</td></tr>' +
    '<tr><td>3</td><td>M8</td><td>12</td></tr>' +
    '<tr><td colspan="3">合计</td><td>172</td><td></td><td rowspan="3">50,060.00元</td></tr></table>';
  const valueOfText = (text: string) => tableOf(html).cells.find((cell) => cell.text === text)?.value;

  test('becomes a grid of six columns, in which the short row is filled', () => {
    expect(picture(html).slice(4)).toEqual([
      '1 螺栓 M6×20 １２０ 0.50 ￥60.00',
      '2 垫片 M6 40 1,250.00 50,000.00元',
      '3 垫片 M8 12 . .',
      '合计 合计 合计 172 . 50,060.00元',
    ]);
    expect(warningsOf(tableBlock(html))).toEqual(['span_clipped @7,5', 'row_too_short @6,4']);
  });

  test.each([
    ['１２０', { type: 'number', value: 120 }],
    ['1,250.00', { type: 'number', value: 1250 }],
    ['￥60.00', { type: 'currency', value: 60, currency: 'CNY' }],
    ['2025年7月25日', { type: 'date', value: '2025-07-25' }],
    ['02162345678', undefined],
    ['20250725001', undefined],
    ['1', undefined],
    ['M6', undefined],
  ])('has for %s the value that it has', (text, value) => {
    expect(valueOfText(text)).toEqual(value);
  });
});

test('a price list with overlapping spans keeps every text at its place', () => {
  const html =
    '<table><tr><td rowspan=\\"3\\">Pumps</td><td>P1</td><td>12,50</td></tr>' +
    '<tr><td colspan=\\"2\\">on request</td></tr>' +
    '<tr><td>P2</td><td rowspan=\\"2\\">9,00</td></tr>' +
    '<tr><td colspan=\\"2\\">Valves</td></tr>' +
    '<tr><td>V1</td><td rowspan=\\"4\\">V2</td><td>1.200</td></tr>' +
    '<tr><td colspan=\\"2\\">end</td></tr></table>';
  expect(picture(html)).toEqual([
    'Pumps P1 12,50',
    'Pumps on request on request',
    'Pumps P2 9,00',
    'Valves Valves 9,00',
    'V1 V2 1.200',
    'end end .',
  ]);
  expect(tableOf(html).cells.find(({ text }) => text === '1.200')?.value).toEqual({ type: 'number', value: 1200 });
  expect(warningsOf(tableBlock(html))).toEqual([
    'escaped_quotes',
    'span_clipped @4,1',
    'row_too_short @5,2',
    'span_overlaps @4,1',
  ]);
});

/** Each as large as 100 kB and of a kind that grew a thousandfold, or took the square of its length, somewhere. */
describe('hostile HTML costs in proportion to its length', () => {
  const filled = (piece: string) => piece.repeat(Math.ceil(100_000 / piece.length));
  test.each([
    ['misnested marks', `<table><tr><td>x${filled('<b><b>')}`],
    ['text that a tree would foster', filled('<table><b>x<tr><b>')],
    ['marks that each paragraph would repeat', `<table><tr><td>x${filled('<p><b a=1>')}${filled('</p>')}`],
    ['nested tables', filled('<table><tr><td>x')],
    ['captions', `<table>${filled('<caption>x</caption>')}<tr><td>x`],
    ['wide and deep spans', `<table>${filled('<tr><td colspan=1000 rowspan=65534>x')}`],
    [
      'a staircase of overlaps',
      `<table>${Array.from({ length: 150 }, (_, at) => `<tr>${'<td>x'.repeat(149 - at)}<td rowspan=999 colspan=999>x`).join('')}`,
    ],
    ['dollars', `<table><tr><td>x${filled('$\\')}`],
    ['attributes', `<table><tr><td ${filled('colspan = ')}>x`],
  ])('%s', (_, html) => {
    const document = deriveDocument([
      { raw: { pages: [{ width: 9, height: 9, parsing_res_list: [tableBlock(html)] }] } },
    ]);
    expect(documentModel.safeParse(document).success).toBe(true);
    const told = JSON.stringify(document);
    expect(told).toContain('x');
    expect(told.length).toBeLessThan(200 * html.length); // a cell says itself in 120 letters
  });

  test('and more captions than a call has room for are blocks', () => {
    const html = `<table>${'<caption>x</caption>'.repeat(200_000)}<tr><td>x`;
    const [page] = deriveDocument([{ raw: { pages: [{ parsing_res_list: [tableBlock(html)] }] } }]).pages;
    expect(page?.blocks.length).toBe(200_001);
  });

  test('and many tables of few cells are cut, and report it, where a document has no room for more', () => {
    const table = `<table><tr>${'<td>x'.repeat(100)}${'<tr>'.repeat(999)}</table>`;
    const block = tableBlock(table);
    const raw = { pages: [{ width: 9, height: 9, parsing_res_list: new Array(5).fill(block) }] };
    const { pages, warnings } = deriveDocument([{ raw }]);
    const rows = pages[0]?.blocks.map((one) => one.table?.rows);
    expect(rows).toEqual([1000, 1000, 3, 1, 1]);
    expect(warnings.length).toBe(1000);
  });

  test('and a heading of a thousand columns is looked at once', () => {
    const heading = `USD ${'x '.repeat(500_000)}`;
    const html = `<table><tr><th colspan=1000>${heading}<tr>${'<td>$5'.repeat(1000)}</table>`;
    const startedAt = process.cpuUsage().user;
    const [page] = deriveDocument([{ raw: { pages: [{ parsing_res_list: [tableBlock(html)] }] } }]).pages;
    expect(page?.blocks[0]?.table?.cells[1000]?.value).toEqual({ type: 'currency', value: 5, currency: 'USD' });
    expect(process.cpuUsage().user - startedAt).toBeLessThan(20e6); // microseconds; once for each column took minutes
  });
});
