import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Document, deriveDocument, documentModel, type Table } from '../../src/index.ts';
import { documentOf, tableBlock } from '../support/derived.ts';

const tags = [
  '<table>',
  '<table border="1">',
  '<table border=0',
  '</table>',
  '<tr>',
  '</tr>',
  '<td>',
  '</td>',
  '<th>',
  '<caption>',
  '</caption>',
  '<thead>',
  '</thead>',
  '<tbody>',
  '<tfoot>',
  '</tfoot>',
  '<br>',
  '<p>',
  '</p>',
  '<b>',
  '</b>',
  '<sup>',
  '<!--',
  '-->',
  '<!',
  '<?',
  '<a',
  '<N',
  '</',
  "<b x='",
  ' title="',
  '<td colspan="',
  '<td colspan=\\"2\\">',
  '">',
  '&#0;',
  '&amp;',
  '\0',
  '\f',
  '$',
  '<',
];
const spans = fc.constantFrom(0, 1, 2, 3, 5, 9, 70_000);
const cell = fc
  .tuple(spans, spans, fc.constantFrom('td', 'th'))
  .map(([down, across, tag]) => `<${tag} rowspan="${down}" colspan=${Math.min(across, 9)}>`);
const word = fc.string({ unit: fc.constantFrom('a', 'Z', '5', '1', '.', ',', '元', '%', ' ', '😀') });
const piece = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...tags) },
  { weight: 3, arbitrary: cell },
  { weight: 2, arbitrary: word },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
);
const html = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(''));
/** Rows of cells with spans that overlap, end short and run out of the table. */
const rowsOfCells = fc.array(fc.array(fc.tuple(cell, word), { maxLength: 6 }), { minLength: 1, maxLength: 8 });
const asHtml = (rows: [string, string][][]) =>
  `<table>${rows.map((row) => `<tr>${row.map(([tag, text]) => tag + text).join('')}`).join('')}</table>`;

/** What begins as markup and never ends, each with a letter behind it. */
const unclosed = fc.constantFrom(
  '<!-- ',
  '<!',
  '<?',
  '<N ',
  '</',
  '<b ',
  '<b x="',
  "<b x='",
  '<td x="',
  '<tr ',
  'x<y ',
);

const RUNS = { numRuns: 500 };

function tablesIn(document: Document): Table[] {
  return document.pages.flatMap(({ blocks }) => blocks.flatMap(({ table }) => (table === undefined ? [] : [table])));
}

/** How often each place of a table is covered: each once. */
function coverage({ rows, columns, cells }: Table): number[] {
  const times = new Array<number>(rows * columns).fill(0);
  for (const { row, column, row_span, column_span } of cells)
    for (let y = row; y < row + row_span; y += 1)
      for (let x = column; x < column + column_span; x += 1) {
        if (x >= columns || y >= rows) throw new Error('a cell reaches out of its table');
        times[y * columns + x] = (times[y * columns + x] ?? 0) + 1;
      }
  return times;
}

describe('any HTML in a table block', () => {
  test('gives a document that is one by its schema, the same each time, also after a way through JSON', () => {
    fc.assert(
      fc.property(html, (content) => {
        const document = documentOf(tableBlock(content));
        expect(documentModel.parse(document)).toEqual(document);
        expect(documentOf(tableBlock(content))).toEqual(document);
        expect(JSON.parse(JSON.stringify(document))).toEqual(document);
        expect(JSON.stringify(document)).not.toMatch(/\\u0000|\\u[dD][89a-fA-F]|\\f/);
      }),
      RUNS,
    );
  });

  test.each([
    ['of rows and cells', rowsOfCells.map(asHtml)],
    ['of anything', html],
  ])('gives tables in which every place belongs to exactly one cell: %s', (_, source) => {
    fc.assert(
      fc.property(source, (content) => {
        for (const table of tablesIn(documentOf(tableBlock(content)))) {
          expect(coverage(table).every((times) => times === 1)).toBe(true);
          expect(table.rows * table.columns).toBeGreaterThan(0);
        }
      }),
      RUNS,
    );
  });

  test('keeps every letter of every cell', () => {
    fc.assert(
      fc.property(rowsOfCells, (rows) => {
        const [table] = tablesIn(documentOf(tableBlock(asHtml(rows))));
        const said = rows.flatMap((row) => row.map(([, text]) => text.replace(/\s+/g, ' ').trim())).filter(Boolean);
        const kept = (table?.cells ?? []).map(({ text }) => text).filter(Boolean);
        expect(kept.sort()).toEqual(said.sort());
      }),
      RUNS,
    );
  });
});

test('no word of any cell is lost behind what is never closed, and that is reported', () => {
  const odd = fc.tuple(fc.constantFrom('', 'a', '<b>', ' < '), unclosed, fc.constantFrom('', ' ', 'Z'));
  fc.assert(
    fc.property(fc.array(fc.array(odd, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 4 }), (rows) => {
      let count = 0;
      const cells = rows.map((row) => row.map((parts) => `<td>${parts.join('')}w${count++}w</td>`).join(''));
      const document = documentOf(tableBlock(`<table>${cells.map((row) => `<tr>${row}</tr>`).join('')}</table>`));
      const said = document.pages.flatMap(({ blocks }) => blocks.map(({ text }) => text)).join('\n');
      for (let word = 0; word < count; word += 1) expect(said).toContain(`w${word}w`);
      expect(document.warnings.map(({ code }) => code)).toContain('markup_broken');
    }),
    RUNS,
  );
});

/** A table in which all fits: rows of cells cut out of a grid, each place in one of them. */
const tiling = fc
  .tuple(
    fc.integer({ min: 1, max: 6 }),
    fc.integer({ min: 1, max: 6 }),
    fc.infiniteStream(fc.integer({ min: 1, max: 3 })),
  )
  .map(([rows, columns, sizes]) => {
    const taken = new Set<string>();
    const cells: { row: number; column: number; row_span: number; column_span: number }[] = [];
    const free = (y: number, x: number) => y < rows && x < columns && !taken.has(`${y},${x}`);
    for (let row = 0; row < rows; row += 1)
      for (let column = 0; column < columns; column += 1) {
        if (!free(row, column)) continue;
        const wanted = sizes.next().value ?? 1;
        let column_span = 1;
        while (column_span < wanted && free(row, column + column_span)) column_span += 1;
        const row_span = Math.min(sizes.next().value ?? 1, rows - row);
        for (let y = row; y < row + row_span; y += 1)
          for (let x = column; x < column + column_span; x += 1) taken.add(`${y},${x}`);
        cells.push({ row, column, row_span, column_span });
      }
    return { rows, columns, cells };
  });

test('a table in which all fits comes out as it was, without a warning', () => {
  fc.assert(
    fc.property(tiling, ({ rows, columns, cells }) => {
      const lines = Array.from({ length: rows }, (_, row) =>
        cells
          .filter((one) => one.row === row)
          .map((one) => `<td rowspan=${one.row_span} colspan=${one.column_span}>x`)
          .join(''),
      );
      const document = documentOf(tableBlock(`<table>${lines.map((line) => `<tr>${line}`).join('')}</table>`));
      expect(tablesIn(document)).toMatchObject([{ rows, columns, cells }]);
      expect(document.warnings).toEqual([]);
    }),
    RUNS,
  );
});

test('the borders of any cells are letters of sides in their order, those that the service said, or none', () => {
  const said = fc.oneof(fc.string({ unit: fc.constantFrom(...'trblTRBL') }), fc.string(), fc.jsonValue());
  fc.assert(
    fc.property(rowsOfCells, fc.infiniteStream(said), (rows, stream) => {
      const cells = rows.flat().map(() => ({ bbox: [0, 0, 9, 9], borders: stream.next().value }));
      const document = documentOf(tableBlock(asHtml(rows), { cells }));
      expect(documentModel.parse(document)).toEqual(document);
      const letters = (sides: string) => [...new Set(sides.toLowerCase())].sort().join('');
      const known = new Set(cells.flatMap(({ borders }) => (typeof borders === 'string' ? [letters(borders)] : [])));
      for (const { borders } of tablesIn(document).flatMap((table) => table.cells))
        if (borders !== undefined) expect(known).toContain(letters(borders));
    }),
    RUNS,
  );
});

test('any JSON gives a document', () => {
  const names = [
    'pages',
    'parsing_res_list',
    'block_bbox',
    'block_content',
    'block_label',
    'lines',
    'cells',
    'borders',
    'layout_det_res',
    'boxes',
    'width',
  ];
  const json = fc.letrec((tie) => ({
    value: fc.oneof({ maxDepth: 6 }, fc.jsonValue(), fc.array(tie('value'), { maxLength: 4 }), tie('object')),
    object: fc.dictionary(fc.constantFrom(...names), tie('value'), { maxKeys: 5 }),
  })).value;
  fc.assert(
    fc.property(json, (value) => {
      for (const raw of [value, { pages: value }, { pages: [{ parsing_res_list: [value] }] }]) {
        const document = deriveDocument([{ raw }]);
        expect(documentModel.parse(document)).toEqual(document);
        expect(JSON.parse(JSON.stringify(document))).toEqual(document);
      }
    }),
    RUNS,
  );
});
