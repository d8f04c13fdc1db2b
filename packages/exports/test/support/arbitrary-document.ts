import { type Block, type Cell, type CellValue, type Document, documentModel, type Table } from '@ocrelay/document';
import fc from 'fast-check';

/** What means something in one of the formats. */
const SNIPPETS = [
  ...[
    '=1+1',
    '+49 30',
    '-5',
    '@SUM(A1)',
    '\t=x',
    '\r\n',
    '\n',
    '\n\n',
    '\f',
    '\0',
    '\ud83d',
    '\udc00x',
    ' ',
    '   ',
    '\t',
  ],
  ...[
    '<script>alert(1)</script>',
    '<b>',
    '</table>',
    '<!--',
    '-->',
    '&amp;',
    '&#60;',
    '&lt',
    ']]>',
    '<![CDATA[',
    '"',
    "'",
  ],
  ...['# ', '## x', '- ', '* ', '+ ', '1. ', '1) ', '> ', '---', '===', '***', '___', '```', '~~~', '`', '    code'],
  ...[
    '[a](http://b.c)',
    '![i](x)',
    '[^1]',
    '[ ] ',
    '[x]: http://y.z',
    '<http://a.b>',
    '**b**',
    '_i_',
    '~~s~~',
    '\\',
    '\\|',
    '|',
  ],
  ...[
    'http://a.bc',
    'https://www.a.bc/d?e=f',
    'www.a.bc',
    'WWW.A.BC',
    'ftp://a.bc',
    'me@a.bc',
    'mailto:me@a.bc',
    'xmpp:a@b.cd/e',
  ],
  ...['$x$', '$$', ':-', ':-:|', '| - |', '{#id}', '^1^', '_x0041_', '_x005F_', '#N/A', 'TRUE', '007', '1e5', '1/2'],
  ...[
    '送货单',
    '𠮷野家',
    '😀',
    'عربى',
    'é',
    'e\u0301',
    '\u200b',
    '\u2028',
    '\u00a0',
    '＝1',
    '\ufeff',
    '\uffff',
    '\u0085',
  ],
];

export const text: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(fc.constantFrom(...SNIPPETS), fc.string({ unit: 'grapheme', maxLength: 8 }), fc.string({ maxLength: 5 })),
    {
      maxLength: 6,
    },
  )
  .map((parts) => parts.join(''));

const value: fc.Arbitrary<CellValue> = fc.oneof(
  fc.record({ type: fc.constant('number' as const), value: fc.double({ noNaN: true, noDefaultInfinity: true }) }),
  fc.record({ type: fc.constant('percent' as const), value: fc.float({ noNaN: true, noDefaultInfinity: true }) }),
  fc.record({ type: fc.constant('currency' as const), value: fc.integer(), currency: fc.constant('EUR') }),
  fc.record({
    type: fc.constant('date' as const),
    value: fc
      .date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 10)),
  }),
  fc.record({ type: fc.constant('boolean' as const), value: fc.boolean() }),
);

const box = fc
  .tuple(...[0, 1, 2, 3].map(() => fc.integer({ min: 0, max: 1000 })))
  .map(([a = 0, b = 0, c = 0, d = 0]): [number, number, number, number] => [
    Math.min(a, c),
    Math.min(b, d),
    Math.max(a, c),
    Math.max(b, d),
  ]);

/** Any sides, in their order. */
const borders = fc.subarray(['t', 'r', 'b', 'l']).map((sides) => sides.join(''));

/** A true grid: places are given to cells from the top left, as far as spans find them free. */
export const table: fc.Arbitrary<Table> = fc
  .record({
    rows: fc.integer({ min: 0, max: 5 }),
    columns: fc.integer({ min: 1, max: 5 }),
    headerRows: fc.integer({ min: 0, max: 2 }),
    cells: fc.array(
      fc.record({
        text,
        value: fc.option(value, { freq: 2 }),
        bbox: fc.option(box),
        borders: fc.option(borders, { freq: 3 }),
        down: fc.integer({ min: 1, max: 3 }),
        right: fc.integer({ min: 1, max: 3 }),
      }),
      { minLength: 25, maxLength: 25 },
    ),
  })
  .map(({ rows, columns, headerRows, cells: drafts }) => {
    const taken = new Set<string>();
    const cells: Cell[] = [];
    for (let place = 0; place < rows * columns; place += 1) {
      const [row, column] = [Math.floor(place / columns), place % columns];
      const draft = drafts[cells.length];
      if (draft === undefined || taken.has(`${row},${column}`)) continue;
      let right = 1;
      while (right < draft.right && column + right < columns && !taken.has(`${row},${column + right}`)) right += 1;
      const down = Math.min(draft.down, rows - row);
      for (let r = row; r < row + down; r += 1) for (let c = column; c < column + right; c += 1) taken.add(`${r},${c}`);
      cells.push({
        row,
        column,
        row_span: down,
        column_span: right,
        text: draft.text,
        header: row < headerRows,
        ...(draft.value === null ? {} : { value: draft.value }),
        ...(draft.bbox === null ? {} : { bbox: draft.bbox }),
        ...(draft.borders === null ? {} : { borders: draft.borders }),
      });
    }
    return { rows, columns, cells };
  });

const kind = fc.constantFrom('doc_title', 'paragraph_title', 'text', 'table_title', 'figure_title', 'header', 'image');

const line = fc.record({ text, bbox: box, confidence: fc.constant(0.9) });

const block: fc.Arbitrary<Block> = fc.oneof(
  fc.record({ id: fc.nat(), kind, text, bbox: box }),
  fc.record({ id: fc.nat(), kind, text, bbox: box, lines: fc.array(line, { maxLength: 3 }) }),
  fc.record({ id: fc.nat(), kind: fc.constant('table'), text, bbox: box, table }),
);

/** Any document that its model allows; formulas aside, which are no text. */
export const document: fc.Arbitrary<Document> = fc
  .array(
    fc.record({
      number: fc.constant(1),
      width: fc.constantFrom(0, 1000),
      height: fc.constantFrom(0, 1000),
      blocks: fc.array(block, { maxLength: 4 }),
    }),
    { maxLength: 3 },
  )
  .map((pages) =>
    documentModel.parse({
      document_version: 1,
      pages: pages.map((page, index) => ({
        ...page,
        number: index + 1,
        blocks: page.blocks.map((one, id) => ({ ...one, id })),
      })),
      warnings: [],
    }),
  );
