import { describe, expect, test } from '@jest/globals';
import type { Block, Cell, CellValue, Document, Table } from '@ocrelay/document';
import fc from 'fast-check';
import { strFromU8, unzipSync } from 'fflate';
import { readXlsx } from 'hucre/xlsx';
import { type ExportSource, exportDocuments } from '../src/index.ts';
import { leftOut } from '../src/xlsx/left-out.ts';
import { table as anyTable, document } from './support/arbitrary-document.ts';
import {
  block,
  bytesOf,
  cell,
  documentOf,
  letters,
  page,
  plainTable,
  source,
  table,
  tableBlock,
} from './support/documents.ts';

const bytes = async (sources: readonly ExportSource[], options: object = {}) =>
  bytesOf(exportDocuments('xlsx', sources, options));

/** Sheets as another program reads them. */
async function sheets(of: Document | readonly ExportSource[], options: object = {}) {
  const file = await bytes('pages' in of ? [source(of)] : of, options);
  return (await readXlsx(file, { readStyles: true })).sheets;
}
async function onlySheet(of: Table) {
  const [sheet] = await sheets(documentOf(page(tableBlock(of))));
  if (sheet === undefined) throw new Error('no sheet');
  return sheet;
}
async function onlyCell(text: string, value?: CellValue) {
  const more: Partial<Cell> = value === undefined ? {} : { value };
  const sheet = await onlySheet(table(1, 1, [cell(0, 0, text, more)]));
  return sheet.cells?.get('0,0');
}
/** The sides of each place that have a thin line, a row a line, as another program reads them; `.` for none. */
async function bordersOf(of: Table) {
  const { cells } = await onlySheet(of);
  const letters = (row: number, column: number) => {
    const border = cells?.get(`${row},${column}`)?.style?.border;
    const sides = (['top', 'right', 'bottom', 'left'] as const).filter((side) => border?.[side]?.style === 'thin');
    return sides.map((side) => side.charAt(0)).join('') || '.';
  };
  return Array.from({ length: of.rows }, (_, row) =>
    Array.from({ length: of.columns }, (_, column) => letters(row, column)).join(' '),
  );
}
/** The same as it ought to be: a line between two places that are of different cells, as either of these says. */
function linesOf({ rows, columns, cells }: Table) {
  const at = (row: number, column: number) =>
    cells.find(
      (one) =>
        row >= one.row && row < one.row + one.row_span && column >= one.column && column < one.column + one.column_span,
    );
  const beside = { t: [-1, 0, 'b'], r: [0, 1, 'l'], b: [1, 0, 't'], l: [0, -1, 'r'] } as const;
  const sidesOf = (row: number, column: number) =>
    (['t', 'r', 'b', 'l'] as const).filter((side) => {
      const [down, right, theirs] = beside[side];
      const [own, other] = [at(row, column), at(row + down, column + right)];
      if (own === other) return false;
      if (own?.borders === undefined && other?.borders === undefined) return true;
      return (own?.borders ?? '').includes(side) || (other?.borders ?? '').includes(theirs);
    });
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_, column) => sidesOf(row, column).join('') || '.').join(' '),
  );
}
/** The XML of a part. */
async function part(of: Document, path: string) {
  return strFromU8(unzipSync(await bytes([source(of)]))[path] ?? new Uint8Array());
}
describe('any document', () => {
  test('is a sheet for each table, with merges that never overlap and every text at its place', async () => {
    await fc.assert(
      fc.asyncProperty(document, async (one) => {
        const tables = one.pages.flatMap(({ blocks }) => blocks.flatMap(({ table: of }) => of ?? []));
        const read = await sheets(one);
        expect(read).toHaveLength(Math.max(tables.length, 1));
        for (const [index, of] of tables.entries()) {
          const merges = of.cells
            .filter(({ row_span, column_span }) => row_span * column_span > 1)
            .map(({ row, column, row_span, column_span }) => [
              row,
              column,
              row + row_span - 1,
              column + column_span - 1,
            ]);
          const readMerges = read[index]?.merges ?? [];
          expect(readMerges.map((m) => [m.startRow, m.startCol, m.endRow, m.endCol])).toEqual(merges);
          for (const { row, column, text, value } of of.cells) {
            const got = read[index]?.cells?.get(`${row},${column}`);
            if (value === undefined) expect(letters(String(got?.value ?? ''))).toBe(letters(text));
            else if (value.type === 'boolean') expect(got?.value).toBe(value.value);
            else if (value.type !== 'date') expect(Number(got?.value) - value.value).toBeCloseTo(0, 9);
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  test('has parts that XML allows, their elements in the order that Excel asks for, and no formula', async () => {
    await fc.assert(
      fc.asyncProperty(anyTable, async (one) => {
        const of = documentOf(page(tableBlock(one)));
        const [xml, styles] = [await part(of, 'xl/worksheets/sheet1.xml'), await part(of, 'xl/styles.xml')];
        expect(xml + styles).toMatch(/^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u);
        expect(xml).toMatch(
          /<sheetViews>.*<sheetFormatPr.*<cols>.*<\/cols><sheetData>[\s\S]*<\/sheetData>(<mergeCells .*>)?<\/worksheet>$/,
        );
        expect(xml).not.toMatch(/<f>|<f /);
      }),
    );
  });
});

describe('a sheet', () => {
  const named = async (...blocks: readonly Block[]) =>
    (await sheets(documentOf(page(...blocks)))).map(({ name }) => name);
  const some = tableBlock(plainTable(['a']));

  test('is named by the caption right before it, else by the heading before it, else by its number', async () => {
    expect(
      await named(some, block('doc_title', 'Offer'), block('text', 'x'), some, block('table_title', 'Prices'), some),
    ).toEqual(['Table 1', 'Offer', 'Prices']);
    expect(await named(block('table_title', 'Prices'), block('text', 'x'), some)).toEqual(['Table 1']);
    expect(await named(block('table_title', 'Prices'), block('number', '3'), some)).toEqual(['Prices']);
  });

  test.each([
    ['a:b/c\\d*e?[f]', 'a-b-c-de(f)'],
    ["'quoted'", 'quoted'],
    ['History', 'History (2)'],
    ['*?', 'Table 1'],
    ['x'.repeat(40), 'x'.repeat(31)],
    [`${'x'.repeat(30)}😀`, 'x'.repeat(30)],
    [`${'x'.repeat(30)}'y`, 'x'.repeat(30)],
    ['a\0\u0001b', 'ab'],
    ['_x0041_', '-x0041_'],
  ])('called %j is named %j', async (title, name) => {
    expect(await named(block('table_title', title), some)).toEqual([name]);
  });

  test('has a name that no other has, whatever the case', async () => {
    const blocks = ['Total', 'TOTAL', 'total', 'Straße', 'STRASSE'].flatMap((title) => [
      block('table_title', title),
      some,
    ]);
    expect(await named(...blocks)).toEqual(['Total', 'TOTAL (2)', 'total (3)', 'Straße', 'STRASSE (2)']);
    const long = Array.from({ length: 12 }, () => [block('table_title', 'y'.repeat(31)), some]).flat();
    expect((await named(...long)).at(-1)).toBe(`${'y'.repeat(26)} (12)`);
  });

  test('has its headers bold and, unless there is nothing else, frozen', async () => {
    const of = table(2, 1, [cell(0, 0, 'h', { header: true }), cell(1, 0, 'a')]);
    const sheet = await onlySheet(of);
    expect(sheet.freezePane).toMatchObject({ rows: 1 });
    expect([0, 1].map((row) => sheet.cells?.get(`${row},0`)?.style?.font?.bold ?? false)).toEqual([true, false]);
    expect((await onlySheet(table(1, 1, [cell(0, 0, 'h', { header: true })]))).freezePane).toBeUndefined();
  });

  describe('has borders', () => {
    const spanned = (borders?: string) =>
      table(3, 3, [
        cell(0, 0, 'a', { row_span: 2, column_span: 2, ...(borders !== undefined && { borders }) }),
        ...[cell(0, 2, 'b'), cell(1, 2, 'c'), cell(2, 0, 'd'), cell(2, 1, 'e'), cell(2, 2, 'f')].map((one) =>
          borders === undefined ? one : { ...one, borders: '' },
        ),
      ]);

    test('around each cell where nothing is known of them, none within one', async () => {
      expect(await bordersOf(plainTable(['a', 'b'], ['c', 'd']))).toEqual(['trbl trbl', 'trbl trbl']);
      expect(await bordersOf(spanned())).toEqual(['tl tr trbl', 'bl rb trbl', 'trbl trbl trbl']);
    });

    test('of all places along the outer sides of a cell that spans, on both sides of the line', async () => {
      expect(await bordersOf(spanned('trbl'))).toEqual(['tl tr l', 'bl rb l', 't t .']);
      expect(await bordersOf(spanned('b'))).toEqual(['. . .', 'b b .', 't t .']);
      expect(await bordersOf(spanned(''))).toEqual(['. . .', '. . .', '. . .']);
    });

    test('as in a table with level rules only', async () => {
      const sides = ['t', 'tb', 'b'];
      const of = table(
        3,
        2,
        sides.flatMap((borders, row) => [cell(row, 0, 'a', { borders }), cell(row, 1, 'b', { borders })]),
      );
      expect(await bordersOf(of)).toEqual(['tb tb', 'tb tb', 'tb tb']);
    });

    test('where either of two neighbours says so, and where only one knows, as that says', async () => {
      const two = (left?: string, right?: string) =>
        bordersOf(
          table(1, 2, [
            cell(0, 0, 'a', left === undefined ? {} : { borders: left }),
            cell(0, 1, 'b', right === undefined ? {} : { borders: right }),
          ]),
        );
      expect(await two('r', '')).toEqual(['r l']);
      expect(await two('', 'l')).toEqual(['r l']);
      expect(await two('', '')).toEqual(['. .']);
      expect(await two('', undefined)).toEqual(['. trb']);
      expect(await two('r', undefined)).toEqual(['r trbl']);
    });

    test('of any table where a side of it is drawn, and nowhere else', async () => {
      await fc.assert(
        fc.asyncProperty(anyTable, async (of) => {
          expect(await bordersOf(of)).toEqual(linesOf(of));
        }),
      );
    });

    test('of one record each, however many cells have them', async () => {
      const sides = ['', 'tb', 'trbl', 'tb', ''];
      const of = table(1, 9, [...sides.map((borders, at) => cell(0, 2 * at, 'a', { borders }))]);
      const styles = await part(documentOf(page(tableBlock(of))), 'xl/styles.xml');
      expect(styles.match(/<border>.*?<\/border>/g)).toEqual([
        '<border><left/><right/><top/><bottom/><diagonal/></border>',
        '<border><left/><right/><top style="thin"><color auto="1"/></top><bottom style="thin"><color auto="1"/></bottom><diagonal/></border>',
        `<border>${['left', 'right', 'top', 'bottom'].map((side) => `<${side} style="thin"><color auto="1"/></${side}>`).join('')}<diagonal/></border>`,
      ]);
      expect(styles).toContain('<borders count="3">');
    });

    test('none in the sheet of text', async () => {
      const [sheet] = await sheets(documentOf(page(block('text', 'x'))));
      expect(sheet?.cells?.get('0,0')?.style?.border?.top?.style).toBeUndefined();
    });
  });

  test('has columns that fit: wide characters count double, spans share, and there is an end', async () => {
    const widths = async (...cells: Cell[]) => (await onlySheet(table(2, 2, cells))).columns?.map(({ width }) => width);
    expect(await widths(cell(0, 0, 'abcdefgh'), cell(0, 1, '送货单送货单送货'))).toEqual([10, 18]);
    expect(await widths(cell(0, 0, 'x'.repeat(30), { column_span: 2 }))).toEqual([16, 16]);
    expect(await widths(cell(0, 0, 'x'.repeat(500)), cell(0, 1, ''))).toEqual([60, 6]);
  });

  test('wraps a text that has lines', async () => {
    expect((await onlyCell('a\nb'))?.style?.alignment?.wrapText).toBe(true);
    expect((await onlyCell('ab'))?.style?.alignment?.wrapText).toBeUndefined();
  });
});

describe('a cell', () => {
  const number = (value: number): CellValue => ({ type: 'number', value });
  const currency = (value: number): CellValue => ({ type: 'currency', value });
  test.each<[string, CellValue, number, string]>([
    ['42', number(42), 42, '0'],
    ['1,234.50', number(1234.5), 1234.5, '#,##0.00'],
    ['1.234,5', number(1234.5), 1234.5, '#,##0.0'],
    ['1,234', number(1234), 1234, '#,##0'],
    ['１２．５', number(12.5), 12.5, '0.0'],
    ['(3.00)', number(-3), -3, '0.00;(0.00)'],
    ['0.00', number(0), 0, '0.00'],
    ['1.5e3', number(1500), 1500, 'General'],
    ['12,5 %', { type: 'percent', value: 0.125 }, 0.125, '0.0%'],
    ['7%', { type: 'percent', value: 0.07 }, 0.07, '0%'],
    ['€ 1.234,50', currency(1234.5), 1234.5, '"€ "#,##0.00'],
    ['-12.00 EUR', currency(-12), -12, '0.00" EUR"'],
    ['￥5', currency(5), 5, '"¥"0'],
    ['+5', number(5), 5, '+0;-0'],
    ['＋1,234.50', number(1234.5), 1234.5, '+#,##0.00;-#,##0.00'],
    ['+0.0', number(0), 0, '+0.0;-0.0'],
    ['+7%', { type: 'percent', value: 0.07 }, 0.07, '+0%;-0%'],
    ['€ +5', currency(5), 5, '+"€"0;-"€"0'],
  ])('that says %j is a number shown as that', async (text, value, expected, format) => {
    const read = await onlyCell(text, value);
    expect(read?.value).toBe(expected);
    expect(read?.style?.numFmt ?? 'General').toBe(format);
  });

  test.each([
    ['2025年7月5日', '2025-07-05', 'yyyy"年"m"月"d"日"'],
    ['05.07.2025', '2025-07-05', 'dd.mm.yyyy'],
    ['7/5/25', '2025-07-05', 'm/d/yy'],
    ['25.07.25', '2025-07-25', 'dd.mm.yy'],
    ['2025-07-05', '2025-07-05', 'yyyy-mm-dd'],
    ['5 July 2025', '2025-07-05', 'yyyy-mm-dd'],
  ])('that says %j is a day shown as that, in every time zone', async (text, date, format) => {
    const of = documentOf(page(tableBlock(table(1, 1, [cell(0, 0, text, { value: { type: 'date', value: date } })]))));
    const serial = (Date.parse(date) - Date.parse('1899-12-30')) / 86_400_000;
    expect(await part(of, 'xl/worksheets/sheet1.xml')).toContain(`<v>${serial}</v>`);
    expect((await onlyCell(text, { type: 'date', value: date }))?.style?.numFmt).toBe(format);
  });

  test('holds a day that Excel does not know, or counts wrongly, as text', async () => {
    expect((await onlyCell('28.2.1900', { type: 'date', value: '1900-02-28' }))?.value).toBe('28.2.1900');
    expect((await onlyCell('1.3.1900', { type: 'date', value: '1900-03-01' }))?.value).toBeInstanceOf(Date);
  });

  test.each([
    '=1+1',
    '+A1',
    '-A1',
    '@SUM(A1)',
    '＝1',
    '#N/A',
    '#REF!',
    'TRUE',
    '007',
    '1e5',
    "'quoted",
    ' a ',
    '\u00a0',
  ])('that says %j is a text and stays one when it is edited', async (text) => {
    const read = await onlyCell(text);
    expect([read?.value, read?.type, read?.formula]).toEqual([text, 'string', undefined]);
    expect(read?.style?.numFmt).toBe('@');
  });

  test('keeps what looks like an escape of Excel', async () => {
    expect((await onlyCell('_x0041_ _x_'))?.value).toBe('_x0041_ _x_');
  });

  test('is cut where Excel ends it, never within a character', async () => {
    const longest = 'x'.repeat(32_767);
    expect((await onlyCell(longest))?.value).toBe(longest);
    expect((await onlyCell(`${longest}y`))?.value).toBe(`${'x'.repeat(32_766)}…`);
    expect((await onlyCell(`${'x'.repeat(32_765)}😀y`))?.value).toBe(`${'x'.repeat(32_765)}…`);
  });
});

describe('what Excel cannot hold', () => {
  test('is left out: columns beyond the last, and spans are cut there', async () => {
    const last = 16_383;
    const of = table(1, last + 4, [cell(0, 0, 'a'), cell(0, last, 'b', { column_span: 4 })]);
    const [sheet, note] = await sheets(documentOf(page(tableBlock(of))));
    expect(sheet?.columns).toHaveLength(last + 1);
    expect(sheet?.cells?.get(`0,${last}`)?.value).toBe('b');
    expect(sheet?.merges ?? []).toEqual([]);
    expect([note?.name, note?.rows]).toEqual([
      'Left out',
      [
        ['Sheet', 'Lacks'],
        ['Table 1', 'columns 16385 to 16387'],
      ],
    ]);
  });

  test.each([
    [1_048_576, 16_384, null],
    [1_048_577, 1, 'rows 1048577 to 1048577'],
    [1_048_580, 16_385, 'rows 1048577 to 1048580, columns 16385 to 16385'],
  ])('of a table of %i rows and %i columns is %j', (rows, columns, lacks) => {
    expect(leftOut(table(rows, columns, []))).toBe(lacks);
  });

  test('are more number formats than it promises: the rest is shown plainly', async () => {
    const rows = Array.from({ length: 250 }, (_, row) =>
      cell(row, 0, `${row} ${String.fromCharCode(0x4e00 + row)}`, { value: { type: 'currency', value: row } }),
    );
    const styles = await part(documentOf(page(tableBlock(table(250, 1, rows)))), 'xl/styles.xml');
    expect(styles).toContain('<numFmts count="200">');
    expect(styles).toContain('<cellXfs count="202">'); // one each, one for all others, and the usual one
  });
});

describe('the sheet of text', () => {
  const one = documentOf(page(block('text', 'Hello\nyou'), tableBlock(plainTable(['a']))), page(block('text', '=1')));
  const rows = [
    ['Page', 'Text'],
    [1, 'Hello'],
    [1, 'you'],
    [2, '=1'],
  ];

  test('comes last where it is asked for', async () => {
    const read = await sheets(one, { text_sheet: 'true' });
    expect(read.map(({ name }) => name)).toEqual(['Table 1', 'Text']);
    expect(read[1]?.rows).toEqual(rows);
    expect(await sheets(one)).toHaveLength(1);
  });

  test('is all there is without a table', async () => {
    const read = await sheets(documentOf(page(block('text', 'Hello'))));
    expect(read.map((sheet) => [sheet.name, sheet.rows])).toEqual([
      [
        'Text',
        [
          ['Page', 'Text'],
          [1, 'Hello'],
        ],
      ],
    ]);
  });

  test('says whose text it is where there are several documents', async () => {
    const text = documentOf(page(block('text', 'x')));
    const [sheet] = await sheets([source(text, { name: 'a.pdf' }), source(text, { name: 'b.pdf' })]);
    expect(sheet?.rows).toEqual([
      ['Document', 'Page', 'Text'],
      ['a.pdf', 1, 'x'],
      ['b.pdf', 1, 'x'],
    ]);
  });
});

describe('the pages that could not be read', () => {
  const unread = { ...page(), error: { code: 'ocr_failed', message: 'no answer' } };
  const partly = documentOf(page(tableBlock(plainTable(['a']))), unread);

  test('are named in a sheet of their own, after the tables and the text', async () => {
    const read = await sheets(partly, { text_sheet: 'true' });
    expect(read.map(({ name }) => name)).toEqual(['Table 1', 'Text', 'Unread pages']);
    expect(read[2]?.rows).toEqual([
      ['Page', 'Why'],
      [2, 'Page 2 could not be read (ocr_failed): no answer'],
    ]);
  });

  test('tell whose they are where there are several documents', async () => {
    const [, unreadSheet] = await sheets([
      source(documentOf(page()), { name: 'a.pdf' }),
      source(partly, { name: 'b.pdf' }),
    ]);
    expect(unreadSheet?.rows).toEqual([
      ['Document', 'Page', 'Why'],
      ['b.pdf', 2, 'Page 2 could not be read (ocr_failed): no answer'],
    ]);
  });
});

describe('several documents', () => {
  const of = documentOf(
    page(tableBlock(plainTable(['a'])), block('table_title', 'Prices')),
    page(tableBlock(plainTable(['b']))),
    page(block('table_title', 'Prices'), tableBlock(plainTable(['c']))),
  );
  const nothing = source(documentOf(page(block('text', 'x'))), { name: 'letter.pdf' });

  test('are one workbook, whose sheets are named by them where nothing else names them', async () => {
    const read = await sheets([source(of, { name: 'one.pdf' }), source(of, { name: 'two.pdf' })]);
    const names = ['one.pdf', 'Prices', 'Prices (2)', 'two.pdf', 'Prices (3)', 'Prices (4)', 'Contents'];
    expect(read.map(({ name }) => name)).toEqual(names);
  });

  test('have a last sheet that says which sheet is of which document and page, also of those without tables', async () => {
    const read = await sheets([source(of, { name: 'scan.pdf' }), nothing, source(of, { name: 'scan.pdf' })]);
    expect(read.at(-1)?.rows).toEqual([
      ['No.', 'Document', 'Page', 'Sheet', 'Title'],
      [1, 'scan.pdf', 1, 'scan.pdf', null],
      [1, 'scan.pdf', 2, 'Prices', 'Prices'],
      [1, 'scan.pdf', 3, 'Prices (2)', 'Prices'],
      [2, 'letter.pdf', null, null, null],
      [3, 'scan.pdf', 1, 'scan.pdf (2)', null],
      [3, 'scan.pdf', 2, 'Prices (3)', 'Prices'],
      [3, 'scan.pdf', 3, 'Prices (4)', 'Prices'],
    ]);
  });
});

test('a workbook is the same in every time zone', async () => {
  const made = async () => (await bytes([source(documentOf(page(tableBlock(plainTable(['a'])))))])).toString('hex');
  const zone = process.env['TZ'];
  const all = new Set<string>();
  for (const one of ['UTC', 'Asia/Shanghai', 'America/Los_Angeles']) {
    process.env['TZ'] = one;
    all.add(await made());
  }
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
  expect(all.size).toBe(1);
  expect([...all][0]?.slice(20, 28)).toBe('00002100'); // the first entry's time and date: 1980-01-01
});
