import { describe, expect, test } from '@jest/globals';
import type { Document, Table } from '@ocrelay/document';
import fc from 'fast-check';
import { unzipSync } from 'fflate';
import { parseCsv } from 'hucre/csv';
import { guarded, looksLikeFormula } from '../src/csv/formula-guard.ts';
import { exportDocuments } from '../src/index.ts';
import { table as anyTable } from './support/arbitrary-document.ts';
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
  textOf,
} from './support/documents.ts';
import { partedBy } from './support/parted-by.ts';

const holding = (...tables: readonly Table[]): Document => documentOf(page(...tables.map(tableBlock)));
const csv = async (document: Document, options: object = {}) =>
  textOf(exportDocuments('csv', [source(document)], options));
const read = (text: string) => parseCsv(text, { delimiter: ',' }).map((row) => row.map(String));

describe('a file', () => {
  test('is UTF-8 that Excel knows as such, with CRLF after each row', async () => {
    expect(await csv(holding(plainTable(['名', 'a,b'], ['"q"', 'x\ny'])))).toBe(
      '\ufeff"名","a,b"\r\n"""q""","x\ny"\r\n',
    );
  });

  test('has quotes around all that is not empty, or only where commas and line ends need them', async () => {
    const one = holding(plainTable(['a', '', '5'], ['b;c', ' d', 'e,f']));
    expect(await csv(one)).toBe('\ufeff"a",,"5"\r\n"b;c"," d","e,f"\r\n');
    expect(await csv(one, { safe: 'false' })).toBe('\ufeffa,,5\r\nb;c," d","e,f"\r\n');
  });

  test('shows a row in which nothing stands', async () => {
    expect(await csv(holding(plainTable(['a'], [''], ['b'])))).toBe('\ufeff"a"\r\n""\r\n"b"\r\n');
  });

  const spanning = table(2, 3, [
    cell(0, 0, 'wide', { column_span: 2 }),
    cell(0, 2, 'high', { row_span: 2 }),
    cell(1, 0, 'x'),
    cell(1, 1, 'y'),
  ]);
  test.each([
    ['blank', '\ufeff"wide",,"high"\r\n"x","y",\r\n'],
    ['repeat', '\ufeff"wide","wide","high"\r\n"x","y","high"\r\n'],
  ])('has the places of a span %s', async (spans, expected) => {
    expect(await csv(holding(spanning), { spans })).toBe(expected);
  });

  test('has every text at its place, as another program reads it', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyTable.filter(({ rows }) => rows > 0),
        async (one) => {
          const rows = read(await csv(holding(one), { safe: false }));
          expect(rows.map((row) => row.length)).toEqual(Array.from({ length: one.rows }, () => one.columns));
          for (const { row, column, text } of one.cells)
            expect(letters(rows[row]?.[column] ?? '?')).toBe(letters(text));
        },
      ),
    );
  });
});

describe('which table', () => {
  const two = holding(plainTable(['first']), plainTable(['second']));

  test('is the only one where there is one', () => {
    expect(exportDocuments('csv', [source(holding(plainTable(['a'])))], {})).toMatchObject({
      mediaType: 'text/csv; charset=utf-8',
      extension: 'csv',
    });
  });

  test('is the one that is asked for, counted from 1', async () => {
    expect(await csv(two, { table: 2 })).toBe('\ufeff"second"\r\n');
    expect(await csv(two, { table: '1' })).toBe('\ufeff"first"\r\n');
  });

  test('is all of them in a zip where there are several', async () => {
    const file = exportDocuments('csv', [source(documentOf(page(), ...two.pages))], {});
    expect(file).toMatchObject({ mediaType: 'application/zip', extension: 'zip' });
    const entries = unzipSync(await bytesOf(file));
    expect(
      Object.fromEntries(Object.entries(entries).map(([name, bytes]) => [name, Buffer.from(bytes).toString()])),
    ).toEqual({
      'table-1-page-2.csv': '\ufeff"first"\r\n',
      'table-2-page-2.csv': '\ufeff"second"\r\n',
    });
  });

  test('shows in the names of a zip, in the order of the document, and so does its page', async () => {
    const tables = (count: number) => page(...Array.from({ length: count }, () => tableBlock(plainTable(['a']))));
    const file = exportDocuments('csv', [source(documentOf(tables(9), page(), tables(1)))], {});
    expect(Object.keys(unzipSync(await bytesOf(file)))).toEqual([
      ...Array.from({ length: 9 }, (_, at) => `table-0${at + 1}-page-1.csv`),
      'table-10-page-3.csv',
    ]);
  });

  test('is none beyond the last, and none at all without tables', () => {
    const wrong = (document: Document, options: object) => () => exportDocuments('csv', [source(document)], options);
    expect(wrong(two, { table: 3 })).toThrow(expect.objectContaining({ code: 'table_not_found' }));
    expect(wrong(documentOf(page(block('text', 'a'))), {})).toThrow(expect.objectContaining({ code: 'no_tables' }));
    expect(wrong(documentOf(), { table: 1 })).toThrow(expect.objectContaining({ code: 'no_tables' }));
  });
});

describe('a text that a spreadsheet could take for a formula', () => {
  const formulas = ['=1+1', '+A1', '-A1', '@SUM(A1)', '\t=1', '\r=1', '＝1+1', '＋A1', '－A1', '＠SUM(A1)', '\tx'];
  const hidden = [' =1+1', '\u200b=1', '\u00a0@x', '\u3000＝1', '\ufeff=1', '\n=1', '\0=1'];
  const tricks = ['-5+1', '-5-cmd', '+3*2', '(5)=1', '-1,23,4 x', '=-5', '--1', "+1'2", '-1e5', '\t-5', '(5', '-()'];
  const names = [
    '-EUR5',
    '-EUR 5',
    '-1 EUR',
    '-5kg',
    '-$A$1',
    '-€',
    '-€5+1',
    '－Ａ１',
    '-\t5',
    '-5\n',
    `-${'1'.repeat(50)}`,
  ];
  test.each([...formulas, ...hidden, ...tricks.filter((one) => !one.startsWith('(')), ...names])(
    'is one: %j',
    (text) => {
      expect(looksLikeFormula(text)).toBe(true);
    },
  );

  const numbers = [
    '-5',
    '-1,234.50',
    '(5)',
    '+3',
    '-1.234,50',
    '-12,5 %',
    '－５',
    '＋１，２３４．５％',
    '（５）',
    '-€5',
    '-$ 1,234.50',
    '-5 €',
    '－￥５',
    '(1,234)',
    '- 5',
    "-1'234",
    '-.5',
  ];
  test.each([...numbers, '-', '--', 'a=b', '1+1', '', 'x@y.z', "'=1"])('is none: %j', (text) => {
    expect(looksLikeFormula(text)).toBe(false);
  });

  test('gets an apostrophe before it, unless that is not wanted', async () => {
    const both = holding(plainTable(['=1+1', '-5', 'a']));
    expect(await csv(both)).toBe(`\ufeff"'=1+1","-5","a"\r\n`);
    expect(await csv(both, { safe: 'false' })).toBe('\ufeff=1+1,-5,a\r\n');
  });

  test('never comes through: nothing but a plain number or dashes begins with a sign', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyTable.filter(({ rows }) => rows > 0),
        async (one) => {
          for (const field of read(await csv(holding(one))).flat()) {
            if (/^[\s\p{Cf}]*[=+\-@＝＋－＠]/u.test(field))
              expect(field).toMatch(/^ *[+-]?[\d.,'’ \u00a0\u202f]*[ %]*$|^ *-+ *$/);
          }
        },
      ),
    );
  });
});

describe('a spreadsheet that parts cells by something else than commas', () => {
  test.each([
    ['Bolt;=1+1', "Bolt;'=1+1"],
    ['a\t+A1|@x\n-b', "a\t'+A1|'@x\n'-b"],
    ['a; "=1+1', `a;' "=1+1`],
    ['a;\u200b＝1', "a;'\u200b＝1"],
    ['a;-', "a;'-"],
    ['-5\n-6', "'-5\n'-6"],
    ['5;-6\t*A1', "5;'-6\t*A1"],
    ['-  ', "'-  "],
    ['-5  ', "'-5  "],
    ['a;', 'a; '],
    ['a;b=c', 'a;b=c'],
    ['a,=1', 'a,=1'],
  ])('finds no formula within %j', (text, expected) => {
    expect(guarded(text)).toBe(expected);
  });

  test('is left what was read where the file need not be safe', async () => {
    expect(await csv(holding(plainTable(['a;=1'])), { safe: 'false' })).toBe('\ufeffa;=1\r\n');
  });

  const hostile = fc
    .array(fc.constantFrom(';', '|', '\t', '\n', '"', '=1', '-', '-5', '*x', '-\t5', '&', ',', "'", 'a', ' '), {
      maxLength: 6,
    })
    .map((parts) => parts.join(''));
  const rows = fc.array(fc.array(hostile, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 3 });
  /** A number or dashes, and behind them nothing, or a text in quotes that no operator joins to them. */
  const inert = /^ *(?:[+-]\d+ ?,*(?:"|$)|-+ ?(?:,+"|,*$))/;

  test.each([';', '|', '\t'])('%j finds none anywhere in a file, whatever its cells say', async (separator) => {
    await fc.assert(
      fc.asyncProperty(rows, async (texts) => {
        for (const cell of partedBy(separator, (await csv(holding(plainTable(...texts)))).slice(1))) {
          if (/^[\s\p{Cf}]*[=+\-@]/u.test(cell)) expect(cell).toMatch(inert);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
