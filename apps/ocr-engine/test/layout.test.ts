import { describe, expect, test } from '@jest/globals';
import { labelBlocks } from '../src/reading/label-blocks.ts';
import type { Stroke, Strokes } from '../src/reading/lines/strokes.ts';
import { placeAmongText } from '../src/reading/order-blocks.ts';
import type { Block, Box } from '../src/reading/page.ts';
import { alignedTables } from '../src/reading/tables/aligned/aligned-tables.ts';
import { bendEdges } from '../src/reading/tables/aligned/bent-lines.ts';
import { columnEdges, withEdgesOfHeader } from '../src/reading/tables/aligned/column-edges.ts';
import type { Piece } from '../src/reading/tables/aligned/pieces.ts';
import type { TextLine } from '../src/reading/tables/aligned/text-lines.ts';

const WIDTH = 800;
const HEIGHT = 1000;
const NO_STROKES: Strokes = { level: [], upright: [] };

describe('tables without upright rules', () => {
  /**
   * The cores of words, 12 pixels high, and the ink that they are of: each word's left side and width. Near ones share a core.
   *
   * @param pitch from line to line, or each line's distance from the first
   */
  const drawn = (rows: readonly (readonly [number, number][])[], pitch: number | readonly number[] = 40) => {
    const ink = new Uint8Array(WIDTH * HEIGHT);
    const cores = rows.flatMap((words, i) => {
      const top = 100 + (typeof pitch === 'number' ? i * pitch : (pitch[i] ?? 0));
      const found: Box[] = [];
      for (const [left, width] of words) {
        for (let y = top; y < top + 12; y++) ink.fill(1, y * WIDTH + left, y * WIDTH + left + width);
        const before = found.at(-1);
        const isNear = before !== undefined && left - before.right <= 15;
        const core = { left: isNear ? before.left : left, top, right: left + width, bottom: top + 12 };
        found.splice(isNear ? -1 : found.length, isNear ? 1 : 0, core);
      }
      return found;
    });
    return {
      tables: (strokes: Partial<Strokes> = {}) => alignedTables(cores, ink, WIDTH, { ...NO_STROKES, ...strokes }),
      sizes(level: readonly Stroke[] = []) {
        return this.tables({ level }).map((grid) => [grid.rows, grid.columns, grid.cells.length]);
      },
      borders(strokes: Partial<Strokes>) {
        return this.tables(strokes)[0]?.cells.map((cell) => cell.borders);
      },
    };
  };
  const rule = (at: number, from = 90, to = 710): Stroke => ({
    from,
    to,
    thickness: 2,
    slope: 0,
    at: () => at,
    runs: [],
  });
  const three: [number, number][] = [
    [100, 90],
    [300, 60],
    [500, 80],
  ];

  test('columns are the strips that no line fills, rows its lines', () => {
    expect(drawn([three, three, three, three]).sizes()).toEqual([[4, 3, 12]]);
  });

  test('one core over two columns is seen as two', () => {
    const ink = new Uint8Array(WIDTH * HEIGHT);
    const cores = [100, 140, 180].map((top) => ({ left: 100, top, right: 580, bottom: top + 12 }));
    for (const { top } of cores)
      for (const [left, width] of three)
        for (let y = top; y < top + 12; y++) ink.fill(1, y * WIDTH + left, y * WIDTH + left + width);
    expect(alignedTables(cores, ink, WIDTH, NO_STROKES).map((grid) => [grid.rows, grid.columns])).toEqual([[3, 3]]);
  });

  test('lines that stand closer than rows are of one cell', () => {
    const rests = drawn([three, [[100, 80]], [], three, [[100, 60]], [], three, three.slice(0, 1), [], three], 27);
    expect(rests.sizes()).toEqual([[4, 3, 12]]);
  });

  test('words that reach over several columns are one cell', () => {
    const total: [number, number][] = [
      [100, 270],
      [500, 80],
    ];
    expect(drawn([three, three, three, three, three, total]).sizes()).toEqual([[6, 3, 17]]);
  });

  /** Of the row: each cell's column and how many it spans. */
  const spansIn = (row: number, rows: readonly (readonly [number, number][])[]) =>
    drawn(rows)
      .tables()[0]
      ?.cells.filter((cell) => cell.row === row)
      .map((cell) => [cell.column, cell.columnSpan]);
  const body = [three, three, three, three];

  test.each([
    ['in the middle of two columns is one of both', 250, 40, [[0, 2], [2, 1]]], // biome-ignore format: a row each
    ['flush with the column that it is in is one of this alone', 300, 30, [[0, 1], [1, 1], [2, 1]]], // biome-ignore format: a row each
    ['neither in the middle nor flush is one of its column', 390, 30, [[0, 1], [1, 1], [2, 1]]], // biome-ignore format: a row each
  ])('the label of a total %s', (_name, left, width, spans) => {
    const total: [number, number][] = [
      [left, width],
      [500, 80],
    ];
    expect(spansIn(4, [...body, total])).toEqual(spans);
  });

  test('a label over the middle of two columns is part of the table; a heading at its left is not', () => {
    expect(spansIn(0, [[[370, 56]], ...body])).toEqual([
      [0, 1],
      [1, 2],
    ]);
    expect(drawn([[[100, 120]], ...body]).sizes()).toEqual([[4, 3, 12]]);
  });

  test('a line of running text below the table is no row, though a comma leaves a wide gap in it', () => {
    const sentence: [number, number][] = [
      [90, 300],
      [410, 250],
    ];
    const apart = body.flatMap((row) => [row, []]);
    expect(drawn([...apart, [], sentence], 20).sizes()).toEqual([[4, 3, 12]]);
    expect(drawn([...apart, three], 20).sizes()).toEqual([[5, 3, 15]]);
  });

  test('a column whose lines stand between those of the others is one all the same', () => {
    const row: [number, number][][] = [[[300, 60]], [three[0], three[2]] as [number, number][], [[300, 40]], [], []];
    expect(drawn([row, row, row, row].flat(), 14).sizes()).toEqual([[4, 3, 12]]);
  });

  test('columns that are close are two where the gap is in all rows, but for one in five or more', () => {
    const apart: [number, number][] = [
      [100, 60],
      [204, 60],
      [500, 80],
    ];
    const close: [number, number][] = [
      [100, 90],
      [204, 60],
      [500, 80],
    ];
    const words: [number, number][] = [
      [100, 50],
      [164, 100],
      [500, 80],
    ];
    expect(drawn([apart, close, close, apart]).sizes()).toEqual([[4, 3, 12]]);
    expect(drawn([apart, words, words, apart]).sizes()).toEqual([[4, 2, 8]]);
  });

  test('a wide gap of the header parts two columns also where the cells below touch', () => {
    const piece = (ink: readonly (readonly [number, number])[]): Piece => {
      const box = { left: ink[0]?.[0] ?? 0, top: 0, right: ink.at(-1)?.[1] ?? 0, bottom: 24 };
      return { box, core: box, ink: ink.map(([from, to]) => ({ from, to })) };
    };
    const touching = [
      piece([
        [100, 190],
        [194, 300],
      ]),
      piece([[500, 580]]),
    ];
    const crossing = [piece([[100, 300]]), piece([[500, 580]])];
    const header = [piece([[100, 150]]), piece([[240, 300]]), piece([[500, 580]])];
    expect(withEdgesOfHeader([100, 400, 580], [header, touching, touching, touching, touching], 24)).toEqual([
      100, 191, 400, 580,
    ]);
    expect(withEdgesOfHeader([100, 400, 580], [header, crossing, crossing, touching, touching], 24)).toEqual([
      100, 400, 580,
    ]);
  });

  test('long words of two columns that reach into the gap between make no column of it', () => {
    const row = (...texts: [number, number][]) =>
      texts.map(([left, right]): Piece => {
        const box = { left, top: 0, right, bottom: 24 };
        return { box, core: box, ink: [{ from: left, to: right }] };
      });
    const usual = [1, 2, 3].map(() => row([100, 190], [300, 360]));
    const long = [row([100, 250], [300, 360]), row([100, 190], [247, 360])];
    expect(columnEdges([...usual, ...long], 24, true)).toEqual([100, 245, 360]);
    const figures = [1, 2, 3, 4, 5].map(() => row([100, 190], [242, 250], [300, 360]));
    expect(columnEdges(figures, 24, true)).toEqual([100, 216, 275, 360]);
  });

  test('a last row with a single text at each of its heights is part of the table', () => {
    const last = [three.slice(2), three.slice(1, 2), three.slice(2)];
    const [grid] = drawn([...body, ...last], [0, 40, 80, 120, 160, 174, 188]).tables();
    expect(grid).toMatchObject({ rows: 5, columns: 3 });
    expect(grid?.cellAt(540, 294)).toMatchObject({ row: 4, column: 2 });
  });

  test('a long word that reaches into an empty cell beside it is of its own cell alone, and this reaches as far', () => {
    const long: [number, number][] = [
      [100, 160],
      [500, 80],
    ];
    const [grid] = drawn([...body, long]).tables();
    expect(grid?.cells).toHaveLength(15);
    const cell = grid?.cellAt(255, 266); // beyond the edge of the other rows, at 245
    expect(cell).toMatchObject({ row: 4, column: 0, columnSpan: 1, box: { right: 261 } });
    expect(grid?.columnEdges(266)[1]).toBe(261);
    expect(grid?.columnEdges(226)[1]).toBe(245);
  });

  test('rules around the header alone leave the rows below it to their distance', () => {
    expect(drawn([...body, three], 36).sizes([rule(85), rule(124), rule(270)])).toEqual([[5, 3, 15]]);
  });

  test('level rules part the rows, also where lines stand close', () => {
    const rows = drawn([three, three, three], 26);
    expect(rows.sizes([rule(90), rule(119), rule(145), rule(175)])).toEqual([[3, 3, 9]]);
  });

  test('between rules around each row, a line beside two of a neighbour is of one row with them', () => {
    const wrapped = [three, three, three.slice(2), three.slice(0, 2), three.slice(2), three];
    const rows = drawn(wrapped, [0, 40, 73, 87, 101, 134]);
    expect(rows.sizes([rule(86), rule(126), rule(166), rule(220), rule(260)])).toEqual([[4, 3, 12]]);
  });

  test('between rules around each row, two lines are two rows when they are as far apart as the lowest row is high', () => {
    const group: [number, number][] = [[395, 90]];
    const rows = drawn([group, three.slice(0, 1), three.slice(1), three, three], [0, 20, 40, 80, 120]);
    expect(rows.sizes([rule(86), rule(166), rule(206), rule(246)])).toEqual([[4, 3, 10]]);
  });

  test('a rule that leaves a column out merges its cells', () => {
    const rows = drawn([three, three.slice(1), three]);
    expect(rows.sizes([rule(80), rule(126, 250), rule(166), rule(206)])).toEqual([[3, 3, 8]]);
  });

  test('what stands in the middle beside two rows is a cell of both', () => {
    const half = [three, three.slice(1), three.slice(0, 1), three.slice(1), three, three];
    const [grid] = drawn(half, [0, 40, 60, 80, 120, 160]).tables();
    expect(grid).toMatchObject({ rows: 5, columns: 3 });
    expect(grid?.cells.filter((cell) => cell.rowSpan > 1).map(({ row, column }) => [row, column])).toEqual([[1, 0]]);
  });

  describe('have the sides that are drawn', () => {
    const rows = drawn([three, three, three, three]); // text at 100–112, 140–152, 180–192 and 220–232
    const each = (...sides: string[]) => sides.flatMap((side) => [side, side, side]);

    test('none without a rule', () => {
      expect(rows.borders({})).toEqual(each('', '', '', ''));
    });
    test('rules between all rows are above and below each', () => {
      const level = [80, 126, 166, 206, 250].map((y) => rule(y));
      expect(rows.borders({ level })).toEqual(each('tb', 'tb', 'tb', 'tb'));
    });
    test.each([118, 126, 134])('a rule below the header is one there, wherever between the texts: %i', (y) => {
      expect(rows.borders({ level: [rule(y)] })).toEqual(each('b', 't', '', ''));
    });
    test('rules around the header and below all are no more than that', () => {
      expect(rows.borders({ level: [rule(85), rule(126), rule(245)] })).toEqual(each('tb', 't', '', 'b'));
    });
    test('a rule below some columns is no side of the others', () => {
      const borders = rows.borders({ level: [rule(126, 270, 710)] });
      expect(borders).toEqual(['', 'b', 'b', '', 't', 't', ...each('', '')]);
    });
    test('a rule below the header that leaves a column out merges this, and a cell that spans has its outer sides', () => {
      const level = [rule(85), rule(126, 250), rule(166), rule(206), rule(245)];
      expect(drawn([three, three.slice(1), three, three]).borders({ level })).toEqual(new Array(11).fill('tb'));
    });
    test('an upright rule that no two level ones cross parts two columns', () => {
      expect(rows.borders({ upright: [rule(280, 90, 240)] })).toEqual(
        [1, 2, 3, 4].flatMap(() => ['r', 'l', '']), // close to the second column
      );
    });
    test.each([
      ['a line through what a cell says', { level: [rule(146, 255, 435)] }],
      ['an underline of a word', { level: [rule(115, 100, 160)] }],
      ['a line of text far above', { level: [rule(40)] }],
      ['the stem of a letter', { upright: [rule(302, 96, 116)] }],
      ['a margin beside the table', { upright: [rule(40, 0, 1000)] }],
      ['the frame of another column', { level: [rule(126, 720, 790)] }],
    ])('%s is none', (_name, strokes) => {
      expect(rows.borders(strokes)).toEqual(each('', '', '', ''));
    });
    test('an underline between two lines of one cell is none', () => {
      const wrapped = drawn([three, [[100, 80]], [], three, [], three, [], three], 27);
      expect(wrapped.sizes()).toEqual([[4, 3, 12]]);
      expect(wrapped.borders({ level: [rule(118, 100, 200)] })).toEqual(each('', '', '', ''));
    });
  });

  describe('lines of one piece below the others', () => {
    const two: [number, number][] = [
      [100, 90],
      [400, 80],
    ];
    const left: [number, number][] = [[100, 120]]; // longer than any above it
    const right: [number, number][] = [[400, 100]];

    test('are rows while each stands in a column', () => {
      const alternating = [two, two, two, right, left, right, left];
      expect(drawn(alternating).sizes()).toEqual([[7, 2, 14]]);
    });
    test('are none from the first one on that reaches over columns, or begins with none', () => {
      expect(drawn([two, two, two, two, left, left, [[100, 400]], left]).sizes()).toEqual([[6, 2, 12]]);
      expect(drawn([two, two, two, two, left, left, [[150, 100]], left]).sizes()).toEqual([[6, 2, 12]]);
    });
    test('are none where they stand further off than rows do', () => {
      const apart = [two, two, two, two, left].flatMap((row) => [row, []]);
      expect(drawn([...apart, [], left], 20).sizes()).toEqual([[5, 2, 10]]);
    });
  });

  const prose: [number, number][] = [
    [60, 320],
    [420, 320],
  ];
  /** A full-width comma leaves a gap as wide as one between columns, in each line somewhere else. */
  const withComma = (at: number): [number, number][] => [
    [60, at - 60],
    [at + 24, 380 - at - 24],
    [420, 320],
  ];
  test.each([
    ['running text in two columns', [prose, prose, prose, prose, prose, prose]],
    ['running text with wide commas', [180, 250, 120, 300, 160].map(withComma)],
    ['an address beside a date', [three.slice(0, 2), three.slice(0, 2), three.slice(0, 2)]],
    ['one column', [[[100, 90]], [[100, 80]], [[100, 90]], [[100, 70]]] as [number, number][][]],
    ['nothing', []],
  ])('%s is no table', (_name, rows) => {
    expect(drawn(rows).sizes()).toEqual([]);
  });
});

describe('the edges of columns bend around', () => {
  const COLUMNS = [100, 245, 430, 580];
  /** Letters, each from one x to another. */
  const piece = (...ink: [number, number][]): Piece => {
    const box = { left: ink[0]?.[0] ?? 0, top: 0, right: ink.at(-1)?.[1] ?? 0, bottom: 24 };
    return { box, core: box, ink: ink.map(([from, to]) => ({ from, to })) };
  };
  const line = (...pieces: Piece[]): TextLine => ({ pieces, top: 0, bottom: 24 });
  const usual = [1, 2, 3, 4].map(() => line(piece([100, 190]), piece([300, 360]), piece([500, 580])));
  const bent = (...pieces: Piece[]) => {
    const last = bendEdges([...usual, line(...pieces)], COLUMNS, 24).at(-1);
    return { edges: last?.edges, pieces: last?.pieces.map(({ box }) => [box.left, box.right]) };
  };

  test.each([
    ['cells that nearly touch', piece([300, 340], [350, 498], [502, 580]), 500],
    ['cells with a gap as between columns where only the edge is off', piece([300, 360], [370, 440], [456, 560]), 448],
  ])('%s', (_name, both, edge) => {
    const { edges, pieces } = bent(both);
    expect(edges).toEqual([100, 245, edge, 580]);
    expect(pieces).toEqual([
      [300, both.ink[1]?.to],
      [both.ink[2]?.from, both.box.right],
    ]);
  });

  test.each([
    ['a word that begins where its column does', piece([100, 260]), 261],
    ['a word that ends where its column does', piece([230, 360]), 229],
  ])('%s', (_name, long, edge) => {
    expect(bent(long)).toEqual({ edges: [100, edge, 430, 580], pieces: [[long.box.left, long.box.right]] });
  });

  test('a word that reaches over the edge before its column, and nearly touches the next cell', () => {
    expect(bent(piece([240, 420], [432, 580]))).toEqual({
      edges: [100, 239, 426, 580],
      pieces: [
        [240, 420],
        [432, 580],
      ],
    });
  });

  test.each([
    ['a label in the middle of both columns', piece([150, 238], [246, 330])],
    ['a word that reaches far into the next column', piece([100, 350])],
  ])('but not around %s', (_name, label) => {
    expect(bent(label)).toEqual({ edges: COLUMNS, pieces: [[label.box.left, label.box.right]] });
  });
});

describe('labels', () => {
  const block = (text: string, top: number, height = 20, left = 100): Block => {
    const box = { left, top, right: left + 10 * text.length, bottom: top + height };
    return { label: 'text', rows: [[{ text, box, confidence: 1 }]], box };
  };
  const body = [300, 400, 500, 600].map((top) => block('What the page has to say.', top));
  const labels = (...blocks: Block[]) =>
    labelBlocks([...blocks, ...body], HEIGHT)
      .slice(0, blocks.length)
      .map((one) => one.label);

  test.each([
    ['the largest line near the top is the title', block('Delivery note', 60, 40), 'doc_title'],
    ['a somewhat larger line is a heading', block('Remarks', 260, 26), 'paragraph_title'],
    ['a line as any other is text', block('Remarks', 260, 21), 'text'],
    ['a large line far down is no title of the page', block('Total', 700, 40), 'paragraph_title'],
    ['a number in the margin is the page’s', block('- 12 -', 940), 'number'],
    ['a number in the text is text', block('12', 550), 'text'],
    ['words at the lower edge are a footer', block('Larkfield Machine Works', 960), 'footer'],
    ['words at the upper edge are a header', block('Larkfield Machine Works', 10), 'header'],
  ])('%s', (_name, one, label) => {
    expect(labels(one)).toEqual([label]);
  });

  test('a table stays one, and stands after what is above it', () => {
    const box = { left: 100, top: 350, right: 500, bottom: 390 };
    const table: Block = { label: 'table', rows: [], box, table: { rows: 1, columns: 1, cells: [] } };
    expect(labelBlocks(placeAmongText(body, [table]), HEIGHT).map((one) => one.label)).toEqual([
      ...['text', 'table', 'text', 'text', 'text'],
    ]);
  });
});
