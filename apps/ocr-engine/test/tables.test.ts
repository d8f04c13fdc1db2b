import { describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { makePage } from '../../../test/bench/reading/pages/make-pages.ts';
import { inkMap } from '../src/reading/lines/ink-map.ts';
import { findStrokes } from '../src/reading/lines/strokes.ts';
import { toOcrResult } from '../src/reading/ocr-result.ts';
import type { Box, Line, Page } from '../src/reading/page.ts';
import { eraseRules } from '../src/reading/tables/erase-rules.ts';
import type { Grid } from '../src/reading/tables/grid.ts';
import { missedText } from '../src/reading/tables/missed-text.ts';
import { ruledGrid } from '../src/reading/tables/ruled-grid.ts';
import { ruledTables } from '../src/reading/tables/ruled-tables.ts';
import { splitAtEdges } from '../src/reading/tables/split-at-edges.ts';
import { tableHtml } from '../src/reading/tables/table-html.ts';
import { tile } from '../src/reading/tables/tile.ts';

async function pageOf(image: Buffer): Promise<Page> {
  const { data, info } = await sharp(image)
    .toColourspace('b-w')
    .extractChannel(0)
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { gray: data, width: info.width, height: info.height };
}

/** A page of 400 × 300 with these strokes, 2 pixels wide. */
const drawn = (path: string) =>
  pageOf(
    Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="400" height="300"><rect width="400" height="300" fill="#fff"/><path d="${path}" stroke="#000" stroke-width="2" fill="none"/></svg>`,
    ),
  );

const tablesOf = (page: Page) => ruledTables(findStrokes(inkMap(page), page.width, page.height));
const shape = (grid: Grid | undefined) =>
  grid?.cells.map(({ row, column, rowSpan, columnSpan }) => [row, column, rowSpan, columnSpan]);
const borders = (grid: Grid | undefined) => grid?.cells.map((cell) => cell.borders);
const coverage = (cells: readonly { row: number; column: number; rowSpan: number; columnSpan: number }[]) =>
  cells.flatMap((cell) =>
    Array.from(
      { length: cell.rowSpan * cell.columnSpan },
      (_, i) => `${cell.row + Math.floor(i / cell.columnSpan)} ${cell.column + (i % cell.columnSpan)}`,
    ),
  );

describe('the grid of a ruled table', () => {
  test.each([
    ['English', 'clean', 40],
    ['Chinese', 'clean', 41],
    ['German', 'small print', 42],
    ['English', 'scan', 43],
    ['Chinese', 'photo', 44],
  ] as const)(
    'is the one that was drawn (%s, %s), and its cells cover every place once',
    async (language, condition, seed) => {
      const { file, truth } = await makePage({ language, table: 'ruled', condition }, seed);
      const tables = tablesOf(await pageOf(file));
      const expected = truth.blocks.find((block) => block.label === 'table')?.table;
      expect(tables.map(({ grid }) => shape(grid))).toEqual([
        expected?.cells.map((cell) => [cell.row, cell.column, cell.rowSpan, cell.columnSpan]),
      ]);
      expect(borders(tables[0]?.grid)).toEqual(expected?.cells.map((cell) => cell.borders));
      const grid = tables[0]?.grid;
      const places = coverage(grid?.cells ?? []);
      expect(places.length).toBe((grid?.rows ?? 0) * (grid?.columns ?? 0));
      expect(new Set(places).size).toBe(places.length);
    },
  );

  test('a missing rule merges the cells on its sides', async () => {
    const page = await drawn('M20 20H380V220H20ZM20 120H380M200 120V220');
    expect(shape(tablesOf(page)[0]?.grid)).toEqual([
      [0, 0, 1, 2],
      [1, 0, 1, 1],
      [1, 1, 1, 1],
    ]);
  });

  test('open sides are sides where most rules end together', async () => {
    const page = await drawn('M20 20H380M20 120H380M20 220H380M150 20V220M260 20V220');
    expect(tablesOf(page)[0]?.grid).toMatchObject({ rows: 2, columns: 3, box: { left: 20, right: 380 } });
    expect(borders(tablesOf(page)[0]?.grid)).toEqual(['trb', 'trbl', 'tbl', 'trb', 'trbl', 'tbl']);
  });

  test.each([
    ['each of which has a rule', 'M20 20H380V220H20ZM20 120H380M200 20V220', ['trbl', 'trbl', 'trbl', 'trbl']],
    ['of a cell that spans, by its outer ones', 'M20 20H380V220H20ZM20 120H380M200 120V220', ['trbl', 'trbl', 'trbl']],
    [
      'where a rule is too short for one',
      'M20 20H380V220H20ZM20 120H380M200 20V60M200 120V220',
      ['trbl', 'trbl', 'trbl'],
    ],
    [
      'though two rules that are one cover it together',
      'M20 20H380V220H20ZM20 120H120M100 123H200M200 20V220M200 120H380',
      ['trbl', 'trbl', 'trbl', 'trbl'],
    ],
    [
      'of a cell in a corner that nothing closes',
      'M20 20H380V120H20ZM20 120V220H200V20M20 170H200',
      ['trbl', 'trbl', 'trbl', 'tl', 'trbl'],
    ],
  ])('ruled sides are those with a stroke: %s', async (_name, path, sides) => {
    expect(borders(tablesOf(await drawn(path))[0]?.grid)).toEqual(sides);
  });

  test.each([
    ['a frame around text', 'M20 20H380V220H20Z'],
    ['an underline and a margin', 'M20 100H380M50 20V280'],
    ['a box to tick', 'M20 20H50V50H20ZM35 20V50'],
  ])('%s is no table', async (_name, path) => {
    expect(tablesOf(await drawn(path))).toEqual([]);
  });
});

test('places that nothing parts are one cell; where they are no rectangle, several', () => {
  const open = new Set(['0 0 right', '0 0 below']); // an L of three places
  const tiles = tile(
    2,
    2,
    (row, column) => !open.has(`${row} ${column} below`),
    (row, column) => !open.has(`${row} ${column} right`),
  );
  expect(tiles).toEqual([
    { row: 0, column: 0, rowSpan: 1, columnSpan: 2 },
    { row: 1, column: 0, rowSpan: 1, columnSpan: 1 },
    { row: 1, column: 1, rowSpan: 1, columnSpan: 1 },
  ]);
});

describe('the text of a table', () => {
  const twoCells = 'M20 20H380V120H20ZM200 20V120';

  /** The cores of a page, cut at the edges of its tables: their left and right sides, the column of the cell, and how far letters may be. */
  const cut = async (path: string, cores: readonly Box[]) => {
    const page = await drawn(path);
    const ink = inkMap(page);
    const grids = tablesOf(page).map((table) => table.grid);
    return splitAtEdges(cores, grids, { ...page, ink }).map(({ core, cell, room }) => [
      [core.left, core.right],
      cell?.column ?? null,
      room === undefined ? null : [room.left, room.right],
    ]);
  };
  const inside = { left: 60, top: 60, right: 300, bottom: 80 };
  /** A word of letters 10 pixels apart. */
  const word = (from: number, to: number, y = 60) =>
    Array.from(
      { length: (to - from) / 10 },
      (_, i) => `M${from + 10 * i} ${y + 4}h8M${from + 10 * i + 4} ${y}v20`,
    ).join('');

  test('a box over two cells is cut at the rule between them; one beside the table is left whole', async () => {
    expect(await cut(twoCells, [inside])).toEqual([
      [[60, 200], 0, [20, 200]],
      [[200, 300], 1, [200, 380]],
    ]);
    expect(await cut(twoCells, [{ ...inside, top: 200, bottom: 220 }])).toEqual([[[60, 300], null, null]]);
  });

  test.each([
    ['the end of it', 60, 220, [[60, 220], 0, [20, 226]]],
    ['the beginning of it', 180, 300, [[180, 300], 1, [171, 380]]],
  ] as const)('a word that goes through a rule with %s is of one cell', async (_which, left, right, expected) => {
    expect(await cut(`${twoCells}${word(left, right)}`, [{ ...inside, left, right }])).toEqual([expected]);
  });

  test('a word that goes through a rule is parted from the one beside, also where they touch as others of its column begin there', async () => {
    const table = 'M20 20H380V220H20ZM200 20V220M20 120H380';
    const page = `${table}${word(180, 300)}${word(60, 180, 160)}${word(180, 300, 160)}`;
    const [above, before, after] = await cut(page, [
      { ...inside, left: 180 },
      { ...inside, top: 160, bottom: 180 },
    ]);
    expect(above).toEqual([[180, 300], 1, [171, 380]]);
    expect(before).toEqual([[60, 179], 0, [20, 179]]);
    expect(after).toEqual([[179, 300], 1, [179, 380]]);
  });

  test('what is cut off and touches another core of its cell is part of that, and not read twice', async () => {
    const reaching = { ...inside, right: 220 };
    expect(await cut(twoCells, [reaching, { ...inside, left: 221 }])).toEqual([
      [[200, 300], 1, [200, 380]],
      [[60, 200], 0, [20, 200]],
    ]);
    const apart = await cut(twoCells, [reaching, { ...inside, left: 240 }]);
    expect(apart.map(([sides]) => sides)).toEqual([
      [240, 300],
      [60, 200],
      [200, 220],
    ]);
  });

  test('words close to a rule on both sides are cut there', async () => {
    expect(await cut(`${twoCells}${word(60, 190)}${word(210, 300)}`, [inside])).toEqual([
      [[60, 200], 0, [20, 200]],
      [[200, 300], 1, [200, 380]],
    ]);
  });

  test('rules are erased, what stands beside them stays', async () => {
    const page = await drawn(`${twoCells}M100 60V90`);
    const bare = eraseRules(
      page,
      tablesOf(page).map((table) => table.mesh),
    );
    const darkest = (x: number, y: number) => Math.min(...bare.gray.subarray(y * 400 + x - 4, y * 400 + x + 4));
    expect(darkest(200, 70)).toBe(255);
    expect(darkest(30, 20)).toBe(255);
    expect(darkest(100, 70)).toBeLessThan(20);
    expect(darkest(200, 20)).toBe(255); // where rules cross
  });

  test('of letters that touch a rule or go through it as much is left as can be seen', async () => {
    const page = await drawn(`${twoCells}M150 60H250M150 80H197M190 110L206 94M203 100V116`);
    const { gray } = eraseRules(
      page,
      tablesOf(page).map((table) => table.mesh),
    );
    const shade = (x: number, y: number) => gray[y * 400 + x] ?? 0;
    for (const x of [196, 199, 200, 203]) expect(shade(x, 60)).toBeLessThan(100); // through it
    for (const x of [198, 200, 203]) expect(shade(x, 85)).toBe(255); // beside no letter
    expect(shade(196, 80)).toBeLessThan(100); // up to it
    expect(shade(201, 80)).toBe(255);
    expect(shade(203, 108)).toBeLessThan(100); // along it
  });

  test('ink in a cell is found where the detection saw no text; dust is not', async () => {
    const page = await drawn('M100 60V90M300 60h2');
    const grid = tablesOf(await drawn(twoCells))[0]?.grid;
    expect(missedText(page, grid?.cells ?? [])).toEqual([]); // a hair is thinner than a letter
    const digit = await drawn('M97 60V90M101 60V90M99 60V90M300 60h2');
    expect(missedText(digit, grid?.cells ?? [])).toEqual([
      { core: { left: 96, top: 60, right: 102, bottom: 90 }, cell: grid?.cells[0], room: grid?.cells[0]?.box },
    ]);
  });
});

describe('the result of a table', () => {
  const box = { left: 1, top: 2, right: 30, bottom: 12 };
  const line = (text: string, confidence = 1): Line => ({ text, box, confidence });
  const cell = (row: number, column: number, rows: Line[][], columnSpan = 1, rowSpan = 1) => ({
    ...{ row, column, rowSpan, columnSpan, box, rows, borders: 'tb' },
  });
  const table = {
    rows: 2,
    columns: 2,
    cells: [
      cell(0, 0, [[line('A & <b>')], [line('1'), line('2')]], 1, 2),
      cell(0, 1, []),
      cell(1, 1, [[line('ab', 0.9), line('c', 0.6)]]),
    ],
  };

  test('is the HTML of the protocol: spans where they are, escaped text, <br> between lines', () => {
    expect(tableHtml(table)).toBe(
      '<table><tr><td rowspan="2">A &amp; &lt;b&gt;<br>1 2</td><td></td></tr><tr><td>ab c</td></tr></table>',
    );
  });

  test('tells for each cell where it is, which sides are ruled, and how sure the engine is; of an empty one it is sure', () => {
    const reading = { width: 40, height: 20, blocks: [{ label: 'table' as const, box, rows: [], table }] };
    const ending = { jobId: 'a', filename: 'a.png', elapsedMs: 1, failure: null };
    expect(toOcrResult(ending, reading)).toMatchObject({
      pages: [
        {
          parsing_res_list: [
            {
              block_label: 'table',
              block_bbox: [1, 2, 30, 12],
              cells: [
                { bbox: [1, 2, 30, 12], confidence: 1, borders: 'tb' },
                { bbox: [1, 2, 30, 12], confidence: 1, borders: 'tb' },
                { bbox: [1, 2, 30, 12], confidence: 0.8, borders: 'tb' },
              ],
            },
          ],
        },
      ],
    });
  });
});

describe('a hostile page has no tables, in bounded time', () => {
  const filled = (width: number, height: number, shade: (x: number, y: number) => number): Page => {
    const gray = Buffer.alloc(width * height);
    for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) gray[y * width + x] = shade(x, y);
    return { gray, width, height };
  };
  let state = 1;
  const noise = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  };

  test.each([
    ['black', filled(900, 900, () => 0)],
    ['a single pixel', filled(1, 1, () => 0)],
    ['a single row', filled(2000, 1, (x) => x % 2 && 255)],
    ['a grid of thousands of rules', filled(3000, 3000, (x, y) => (x % 6 < 2 || y % 6 < 2 ? 0 : 255))],
    ['a grid of hundreds of wide rules', filled(2400, 1200, (x, y) => (x % 20 < 2 || y % 3 < 1 ? 0 : 255))],
    ['noise', filled(1000, 1000, noise)],
    ['stripes', filled(1000, 1000, (_x, y) => (y % 4 < 2 ? 0 : 255))],
  ])('%s', (_name, page) => {
    expect(tablesOf(page)).toEqual([]);
  });

  test('a mesh without extent is none', () => {
    expect(ruledGrid({ level: [], upright: [] })).toBeNull();
  });
});
