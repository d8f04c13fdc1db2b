import { describe, expect, test } from '@jest/globals';
import { tableOf } from '../support/derived.ts';

/** The values of the cells below each other under a heading, as short as they can be told. */
function valuesUnder(heading: string, ...texts: string[]): unknown[] {
  const rows = texts.map((text) => `<tr><td>${text}</td></tr>`).join('');
  const { cells } = tableOf(`<table><tr><th>${heading}</th></tr>${rows}</table>`);
  return cells.slice(1).map(({ value }) => {
    if (value === undefined) return undefined;
    if (value.type === 'number' || value.type === 'boolean' || value.type === 'date') return value.value;
    return value.type === 'percent' ? { percent: value.value } : [value.value, value.currency];
  });
}
const values = (...texts: string[]) => valuesUnder('Value', ...texts);

describe('numbers', () => {
  test.each<[string, unknown]>([
    ['40', 40],
    ['0', 0],
    ['-0', 0],
    ['12.50', 12.5],
    ['12,50', 12.5],
    ['0.125', 0.125],
    ['0,125', 0.125],
    ['1,234.56', 1234.56],
    ['1.234,56', 1234.56],
    ['1.234.567', 1234567],
    ['1,234,567', 1234567],
    ['1234.567', 1234.567],
    ['1 234,5', 1234.5],
    ['1 234 567', 1234567],
    ['1\u2009234', 1234],
    ['1\u00a0234', 1234],
    ["1'234.50", 1234.5],
    ['1’234', 1234],
    ['12,34,567.89', 1234567.89],
    ['１２３．５', 123.5],
    ['－５', -5],
    ['-5', -5],
    ['+5', 5],
    ['\u22125.5', -5.5],
    ['5-', -5],
    ['(1,234.50)', -1234.5],
    ['（12.50）', -12.5],
    ['.5', 0.5],
    ['123456789', 123456789],
    ['1,234,567,890', 1234567890],
    ['$12$', 12],
    ['\\(12.5\\)', 12.5],
    ['$-5$', -5],
  ])('%s is clear', (text, value) => {
    expect(values(text)).toEqual([value]);
  });

  test.each([
    ['1.234', 'may be a thousand or one'],
    ['1,234', 'may be a thousand or one'],
    ['007', 'is an identifier by its zeros'],
    ['00.5', 'is one, too'],
    ['1234567890123456', 'has more than 15 digits'],
    ['0.1234567890123456', 'has more than 15 digits'],
    ['13812345678', 'is a mobile phone'],
    ['+48 600 123 456', 'is a phone'],
    ['+34612345678', 'is a phone'],
    ['612 345 678', 'may be a phone'],
    ['5551234567', 'may be a phone'],
    ['4006381333931', 'may be the number of an article'],
    ['10.2025', 'may be a month'],
    ['1.2025', 'may be a month'],
    ['$€5$', 'is a formula'],
    ['+49 170 1234567', 'is a phone'],
    ['555-123-4567', 'is a phone'],
    ['DE89 3704 0044 0532 0130 00', 'is an account'],
    ['6222 0012 3456 7890', 'is a card'],
    ['192.168.100.200', 'is an address'],
    ['1.2.3', 'is a version'],
    ['1,23,45', 'is grouped in no way'],
    ['12,3456,789', 'is grouped in no way'],
    ['12 kg', 'is a quantity'],
    ['1/2', 'is a fraction'],
    ['12:30', 'is a time'],
    ['5.', 'begins an item'],
    ['(5)', 'may be an item'],
    ['--5', 'has two signs'],
    ['-(5.0)', 'has two signs'],
    ['-', 'has no digit'],
    ['1<br>2', 'is two lines'],
    ['10<sup>2</sup>', 'is another number'],
    ['<s>10</s>', 'is struck out'],
    ['5<small>6</small>', 'may be 5.6'],
    ['<math>5<mfrac><mn>1</mn><mn>2</mn></mfrac></math>', 'is a fraction'],
    ['<ruby>5<rt>6</rt></ruby>', 'has a gloss'],
    ['5<hr>6', 'is two lines'],
    ['5<h3>6</h3>', 'is two lines'],
    ['<pre>5</pre>6', 'is two lines'],
    ['<center>5</center>6', 'is two lines'],
    ['<dl><dt>5<dd>6</dl>', 'is two lines'],
  ])('%s is none: it %s', (text) => {
    expect(values(text)).toEqual([undefined]);
  });

  test('are decided by the column as a whole', () => {
    expect(values('1.234', '5,50')).toEqual([1234, 5.5]);
    expect(values('1.234', '5.5')).toEqual([1.234, 5.5]);
    expect(values('1,234', '1,234,567')).toEqual([1234, 1234567]);
    expect(values('1,234', '7,5 %')).toEqual([1.234, { percent: 0.075 }]);
  });
  test('are decided by the clear columns of the table where their own says nothing', () => {
    const columns = (...rows: string[][]) => {
      const html = rows.map((row) => `<tr>${row.map((text) => `<td>${text}`).join('')}`).join('');
      return tableOf(`<table><tr><th>a<th>b<th>c${html}</table>`)
        .cells.slice(3)
        .map(({ value }) => value?.value);
    };
    expect(columns(['1,200', '12.50', 'x'], ['3,450', '1,012.50', 'x'])).toEqual([
      1200,
      12.5,
      undefined,
      3450,
      1012.5,
      undefined,
    ]);
    expect(columns(['1,200', '12.50', '9,5'])).toEqual([undefined, 12.5, 9.5]);
    expect(columns(['1,200', '12.50', '3'], ['1,5', '2.5', '4'])).toEqual([1.2, 12.5, 3, 1.5, 2.5, 4]);
    expect(columns(['1,200', '12.50', '1'], ['1,5', '2.5', '3'], ['1.5', '2.5', '4'])[0]).toBeUndefined();
  });
  test('that may be phones, long identifiers or months need others beside them that may not', () => {
    expect(values('612 345 678', '12 345')).toEqual([612345678, 12345]);
    expect(values('612 345 678', '712 345 678')).toEqual([undefined, undefined]);
    expect(values('5551234567', '801')).toEqual([5551234567, 801]);
    expect(values('123456789012345', '1,234.50')).toEqual([123456789012345, 1234.5]);
    expect(values('5551234567', '801', 'Ann')).toEqual([undefined, 801, undefined]);
    expect(values('5551234567', '5551234')).toEqual([undefined, 5551234]);
    expect(values('01.2025', '9.2025', '10.2025')).toEqual([undefined, undefined, undefined]);
    expect(values('10.2025', '10.1899', '13.2025')).toEqual([10.2025, 10.1899, 13.2025]);
    expect(values('10.2025 €', '12.2025%')).toEqual([[10.2025, 'EUR'], { percent: 0.122025 }]);
  });
  test('stay open where the column contradicts itself, or says nothing', () => {
    expect(values('1.234', '5,50', '5.50')).toEqual([undefined, 5.5, 5.5]);
    expect(values('1.234', '40')).toEqual([undefined, 40]);
  });
  test('in parentheses are negative where numbers without stand beside them', () => {
    expect(values('(5)', '12')).toEqual([-5, 12]);
    expect(values('(1)', '(2)')).toEqual([undefined, undefined]);
  });
});

describe('percentages are fractions, without noise', () => {
  test.each([
    ['12.5 %', 0.125],
    ['12,5%', 0.125],
    ['１２％', 0.12],
    ['-0.7%', -0.007],
    ['(7.5%)', -0.075],
    ['55.1%', 0.551],
  ])('%s', (text, percent) => {
    expect(values(text)).toEqual([{ percent }]);
  });
  test('5-10% is none', () => expect(values('5-10%')).toEqual([undefined]));
});

describe('amounts of money', () => {
  test.each<[string, number, string | undefined]>([
    ['€ 12,50', 12.5, 'EUR'],
    ['12,50 €', 12.5, 'EUR'],
    ['EUR 1.234,56', 1234.56, 'EUR'],
    ['1,234.56 USD', 1234.56, 'USD'],
    ['US$5.00', 5, 'USD'],
    ['$5.00', 5, undefined],
    ['-$5.00', -5, undefined],
    ['$-5.00', -5, undefined],
    ['($5.00)', -5, undefined],
    ['$10', 10, undefined],
    ['¥100', 100, undefined],
    ['￥１００', 100, undefined],
    ['¥100元', 100, 'CNY'],
    ['100元', 100, 'CNY'],
    ['RMB 100', 100, 'CNY'],
    ['100円', 100, 'JPY'],
    ['CHF 1’234.50', 1234.5, 'CHF'],
    ['12,50 zł', 12.5, 'PLN'],
    ['100 kr', 100, undefined],
  ])('%s', (text, value, currency) => {
    expect(values(text)).toEqual([[value, currency]]);
  });
  test.each(['$ 5 / €', '€5 USD', '1.5万元', 'ABC 5', '5 pcs', 'No. 5'])('%s is none', (text) => {
    expect(values(text)).toEqual([undefined]);
  });
  test('are no formulas, whatever the column names', () => {
    expect(valuesUnder('数量', '$10$')).toEqual([10]);
    expect(valuesUnder('Price (USD)', '$10$', '$$12$$', '$10')).toEqual([10, 12, [10, 'USD']]);
    expect(valuesUnder('Share', '$12\\%$')).toEqual([{ percent: 0.12 }]);
  });
  test('have a currency that is named within the first 200 letters of a heading', () => {
    expect(valuesUnder(`${'x '.repeat(98)}USD`, '$5')).toEqual([[5, 'USD']]);
    expect(valuesUnder(`${'x '.repeat(100)}USD`, '$5')).toEqual([[5, undefined]]);
  });
  test('have the currency that the column names', () => {
    expect(values('¥100', '200元')).toEqual([
      [100, 'CNY'],
      [200, 'CNY'],
    ]);
    expect(valuesUnder('金额(元)', '¥100')).toEqual([[100, 'CNY']]);
    expect(valuesUnder('Price (USD)', '$5.00')).toEqual([[5, 'USD']]);
    expect(values('¥100', '100元', '100円')).toEqual([
      [100, undefined],
      [100, 'CNY'],
      [100, 'JPY'],
    ]);
    expect(valuesUnder('Price (EUR)', '$5.00')).toEqual([[5, undefined]]);
  });
});

describe('dates', () => {
  test.each([
    ['2025-07-25', '2025-07-25'],
    ['2025/7/5', '2025-07-05'],
    ['2025年7月25日', '2025-07-25'],
    ['２０２５年７月２５日', '2025-07-25'],
    ['2025 年 07 月 25 日', '2025-07-25'],
    ['25.07.2025', '2025-07-25'],
    ['1.2.2025', '2025-02-01'],
    ['07/25/2025', '2025-07-25'],
    ['25/07/2025', '2025-07-25'],
    ['05/05/2025', '2025-05-05'],
    ['12 October 2026', '2026-10-12'],
    ['October 12, 2026', '2026-10-12'],
    ['12-Oct-2026', '2026-10-12'],
    ['12. Oktober 2026', '2026-10-12'],
    ['3. März 2025', '2025-03-03'],
    ['25 juillet 2025', '2025-07-25'],
    ['25 de julio de 2025', '2025-07-25'],
    ['29.02.2024', '2024-02-29'],
  ])('%s', (text, date) => {
    expect(values(text)).toEqual([date]);
  });

  test.each([
    ['07/08/2025', 'has two orders'],
    ['2025-02-30', 'is in no calendar'],
    ['29.02.2025', 'is in no calendar'],
    ['13/13/2025', 'is in no calendar'],
    ['0999-01-01', 'is in no year that is written so'],
    ['25.07.25', 'has two years'],
    ['2025-07-25 10:30', 'has a time'],
    ['12 Foo 2026', 'has no month'],
    ['2025-07/25', 'has two signs'],
  ])('%s is none: it %s', (text) => {
    expect(values(text)).toEqual([undefined]);
  });

  test('have the order of the column as a whole', () => {
    expect(values('07/08/2025', '25/08/2025')).toEqual(['2025-08-07', '2025-08-25']);
    expect(values('07/08/2025', '08/25/2025')).toEqual(['2025-07-08', '2025-08-25']);
    expect(values('07/08/2025', '08/25/2025', '25/08/2025')).toEqual([undefined, '2025-08-25', '2025-08-25']);
  });
});

describe('yes and no', () => {
  test.each<[string[], boolean[]]>([
    [
      ['yes', 'No', 'YES'],
      [true, false, true],
    ],
    [
      ['true', 'false'],
      [true, false],
    ],
    [
      ['ja', 'nein'],
      [true, false],
    ],
    [
      ['是', '否'],
      [true, false],
    ],
    [
      ['✓', '✗'],
      [true, false],
    ],
    [
      ['√', '×'],
      [true, false],
    ],
    [
      ['☑', '☐'],
      [true, false],
    ],
    [
      ['Y', 'N'],
      [true, false],
    ],
    [
      ['✓', '✓'],
      [true, true],
    ],
  ])('%j', (texts, expected) => {
    expect(values(...texts)).toEqual(expected);
  });
  test.each([[['yes', 'maybe']], [['yes', 'nein']], [['Y', 'Y']], [['×', '×']], [['☐', '☐']]])(
    '%j are text',
    (texts) => {
      expect(values(...texts)).toEqual(texts.map(() => undefined));
    },
  );
});

describe('yes and no alone', () => {
  const booleans = (html: string) => tableOf(`<table>${html}</table>`).cells.map(({ value }) => value?.value);
  test.each(['No', 'Nein', '是', 'yes'])('%s is a text', (text) => {
    expect(values(text)).toEqual([undefined]);
  });
  test('are none in the first row, which may name what stands below', () => {
    expect(booleans('<tr><td>No<td>Item<tr><td><td>')).toEqual([undefined, undefined, undefined, undefined]);
    expect(booleans('<tr><td>No<tr><td>Yes')).toEqual([undefined, undefined]);
    expect(booleans('<tr><td>No<tr><td>Yes<tr><td>No')).toEqual([undefined, true, false]);
  });
});

describe('identifiers', () => {
  test.each([
    'No.',
    'Nr.',
    'Invoice No',
    'Artikel-Nr.',
    'Artikelnummer',
    'Kunden Nr',
    '#',
    'ID',
    'Order ID',
    'Code',
    'ZIP',
    'PLZ',
    'Phone',
    'Tel.',
    'Account number',
    'IBAN',
    'Zip code',
    '编号',
    '单号',
    '序号',
    '電話番号',
    '电话',
    '邮编',
    '条码',
    'N°',
    '№',
    'Kto',
    'BLZ',
    '银行卡',
    'Bankkonto',
    'Order #',
    'Part #',
    'Charge',
    'Lot / Charge',
    'Price code',
    'Price no.',
    '价格编号',
    '手机号码',
  ])('are what stands below "%s"', (heading) => {
    expect(valuesUnder(heading, '12345', '50')).toEqual([undefined, undefined]);
  });
  test.each([
    'Number of items',
    'No. of pcs',
    'Quantity',
    'Note',
    'Price',
    '数量',
    'Idea',
    'Nominal',
    'Service charge',
    'Account balance',
    'Konto-Saldo',
    'Reference price',
    'Cap rate',
    'Lot size',
    'Cell count',
    'Contact hours',
    '信号强度',
    '数量（号）',
    '账户余额',
  ])('are not what stands below "%s"', (heading) => {
    expect(valuesUnder(heading, '12345')).toEqual([12345]);
  });
  test.each<[string, string, unknown]>([
    ['Service charge', '$12.50', [12.5, undefined]],
    ['Delivery charge ($)', '$12.50', [12.5, undefined]],
    ['Account balance', '1,234.50', 1234.5],
    ['Konto-Saldo', '1.234,50', 1234.5],
    ['Reference price', '100.00', 100],
    ['Cap rate', '5.5%', { percent: 0.055 }],
    ['Lot', '12.50', 12.5],
    ['Account', '12,5', 12.5],
    ['Account', '12.345', undefined],
    ['No.', '5 €', [5, 'EUR']],
    ['No.', '5%', { percent: 0.05 }],
    ['No.', '1,234.50', 1234.5],
    ['No.', '1.10', undefined],
    ['序号', '1.1', undefined],
  ])('are told from amounts: %s: %s', (label, text, value) => {
    expect(valuesUnder(label, text)).toEqual([value]);
    const [, beside] = tableOf(`<table><tr><td>${label}<td>${text}</table>`).cells;
    if (value !== undefined) expect(beside?.value).toBeDefined();
  });
  test('are not dates', () => {
    expect(valuesUnder('No.', '2025-07-25')).toEqual(['2025-07-25']);
  });

  const valueIn = (html: string, text: string) =>
    tableOf(`<table>${html}</table>`).cells.find((cell) => cell.text === text)?.value;
  test('stand below a label that is no header, until the next label', () => {
    const html = '<tr><td>编号<td>数量<tr><td>123<td>5<tr><td>A-7<td>6<tr><td>124<td>7<tr><td>合计<td>8<tr><td>99<td>9';
    expect(['123', '124', '99', '5'].map((text) => valueIn(html, text)?.value)).toEqual([undefined, undefined, 99, 5]);
  });
  test('stand beside a label in a form', () => {
    const html = '<tr><td>电话<td>62345678<td>Weight<td>12<tr><td>Active<td>no<td>Pieces<td>7';
    expect(['62345678', '12', '7'].map((text) => valueIn(html, text)?.value)).toEqual([undefined, 12, 7]);
  });
  test('stand below a heading that spans them', () => {
    expect(valueIn('<tr><th colspan=2>Phone<tr><td>a<td>12345', '12345')).toBeUndefined();
  });
});

test('headers have no value', () => {
  expect(tableOf('<table><tr><th>2024<th>2025<tr><td>1<td>2</table>').cells.map(({ value }) => value?.value)).toEqual([
    undefined,
    undefined,
    1,
    2,
  ]);
});
