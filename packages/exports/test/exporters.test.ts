import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { EXPORT_FORMATS, ExportError, type ExportFormat, exportDocuments, isExportFormat } from '../src/index.ts';
import { document } from './support/arbitrary-document.ts';
import { block, bytesOf, cell, documentOf, page, plainTable, source, table, tableBlock } from './support/documents.ts';

const some = documentOf(page(block('text', 'Hello'), tableBlock(plainTable(['a', 'b'], ['1', '2']))));
const pageImage = async () => null;
const code = (write: () => unknown): string | undefined => {
  try {
    write();
    return undefined;
  } catch (error) {
    return error instanceof ExportError ? error.code : String(error);
  }
};

describe.each(EXPORT_FORMATS)('%s', (format: ExportFormat) => {
  test('is made of any document, and is the same when it is made again', async () => {
    await fc.assert(
      fc.asyncProperty(document, async (one) => {
        const made = async () => bytesOf(exportDocuments(format, [source(one, { pageImage })], {}));
        let first: Buffer;
        try {
          first = await made();
        } catch (error) {
          expect([format, (error as ExportError).code]).toEqual(['csv', 'no_tables']);
          return;
        }
        expect((await made()).equals(first)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test('lets others have their turn while it is made, however fast it is read', async () => {
    const rows = Array.from({ length: 2_000 }, (_, row) => [`${row}`, 'x'.repeat(50)]);
    const large = documentOf(
      ...Array.from({ length: 4 }, () => page(tableBlock(plainTable(...rows)), block('text', 'x'.repeat(70_000)))),
    );
    let turns = 0;
    let isMade = false;
    const others = () => {
      turns += 1;
      if (!isMade) setImmediate(others);
    };
    setImmediate(others);
    await bytesOf(exportDocuments(format, [source(large, { pageImage })], {}));
    isMade = true;
    expect(turns).toBeGreaterThan(1);
  });

  test('refuses options that it does not know', () => {
    expect(code(() => exportDocuments(format, [source(some, { pageImage })], { color: 'red' }))).toBe(
      'invalid_options',
    );
  });

  test('is not made of no document', () => {
    expect(code(() => exportDocuments(format, [], {}))).toBe('no_documents');
  });

  test('holds several documents only where that is what it is for', () => {
    const several = code(() => exportDocuments(format, [source(some), source(some)], {}));
    expect(several).toBe(format === 'xlsx' ? undefined : 'one_document_only');
  });
});

test('what is wrong with an option is said by its name', () => {
  expect(() => exportDocuments('csv', [source(some)], { table: '0' })).toThrow(/^table: .*whole number/);
  expect(() => exportDocuments('csv', [source(some)], { spans: 'red' })).toThrow(/^spans: must be blank or repeat/);
  expect(() => exportDocuments('xlsx', [source(some)], { table: '1' })).toThrow(/^table is no option \(format xlsx\)/);
});

test('where several documents can go is said', () => {
  expect(() => exportDocuments('csv', [source(some), source(some)], {})).toThrow(/several go into xlsx/);
});

test('options may be strings, as a query has them', () => {
  expect(code(() => exportDocuments('csv', [source(some)], { table: '1', safe: 'false' }))).toBeUndefined();
  expect(code(() => exportDocuments('xlsx', [source(some)], { text_sheet: 'true' }))).toBeUndefined();
  expect(code(() => exportDocuments('xlsx', [source(some)], { text_sheet: 'yes' }))).toBe('invalid_options');
});

test('only formats of the table are formats', () => {
  expect(['xlsx', 'docx', 'toString', '__proto__'].filter(isExportFormat)).toEqual(['xlsx']);
});

test('a PDF without pictures is a mistake of the program', () => {
  expect(() => exportDocuments('pdf', [source(some)], {})).toThrow(TypeError);
});

test.each(['md', 'csv', 'txt', 'pdf'] as const)(
  '%s has no borders: it is the same with them as without',
  async (format) => {
    const of = (borders: object) =>
      documentOf(
        page(
          tableBlock(
            table(2, 2, [
              cell(0, 0, 'a', { column_span: 2, ...borders }),
              cell(1, 0, 'b', borders),
              cell(1, 1, 'c', borders),
            ]),
          ),
        ),
      );
    const made = async (borders: object) =>
      (await bytesOf(exportDocuments(format, [source(of(borders), { pageImage })], {}))).toString('latin1');
    expect(await made({ borders: 'tb' })).toBe(await made({}));
  },
);
