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
    ['123456789012345', 123456789012345],
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
  ])('%s is none: it %s', (text) => {
    expect(values(text)).toEqual([undefined]);
  });

  test('are decided by the column as a whole', () => {
    expect(values('1.234', '5,50')).toEqual([1234, 5.5]);
    expect(values('1.234', '5.5')).toEqual([1.234, 5.5]);
    expect(values('1,234', '1,234,567')).toEqual([1234, 1234567]);
    expect(values('1,234', '7,5 %')).toEqual([1.234, { percent: 0.075 }]);
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
  ])('are what stands below "%s"', (heading) => {
    expect(valuesUnder(heading, '12345', '50')).toEqual([undefined, undefined]);
  });
  test.each(['Number of items', 'No. of pcs', 'Quantity', 'Note', 'Price', '数量', 'Idea', 'Nominal'])(
    'are not what stands below "%s"',
    (heading) => {
      expect(valuesUnder(heading, '12345')).toEqual([12345]);
    },
  );
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
