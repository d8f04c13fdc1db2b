import { describe, expect, test } from '@jest/globals';
import { inkMap } from '../src/reading/lines/ink-map.ts';
import { findStrokes } from '../src/reading/lines/strokes.ts';
import { toMarkdown, toOcrResult } from '../src/reading/ocr-result.ts';
import { placeAmongText } from '../src/reading/order-blocks.ts';
import type { Block, Box, Page } from '../src/reading/page.ts';
import { findPictures } from '../src/reading/pictures/find-pictures.ts';

const WIDTH = 720;
const HEIGHT = 720; // squares of 4 pixels
const MIDDLE: Box = { left: 240, top: 320, right: 400, bottom: 440 };

type Shade = (x: number, y: number) => number;

/** A page with marks on it, each the shades within a box; `null` leaves what is there. */
function sheet(...marks: readonly [Box, (x: number, y: number, below: number) => number][]): Page {
  const gray = Buffer.alloc(WIDTH * HEIGHT, 250);
  for (const [box, shade] of marks)
    for (let y = box.top; y < box.bottom; y++)
      for (let x = box.left; x < box.right; x++)
        gray[y * WIDTH + x] = shade(x - box.left, y - box.top, gray[y * WIDTH + x] ?? 0);
  return { gray, width: WIDTH, height: HEIGHT };
}

function found(page: Page, { lines = [], tables = [] }: { lines?: Box[]; tables?: Box[] } = {}): Box[] {
  const ink = inkMap(page);
  const strokes = findStrokes(ink, WIDTH, HEIGHT);
  return findPictures(page, ink, { lines, cores: lines, tables, strokes });
}

/** Lighter and darker spots, all darker than the paper. */
const photograph: Shade = (x, y) => 100 + 60 * Math.sin(x / 9) * Math.cos(y / 7);
const disc =
  (radius: number, inner = 0): ((x: number, y: number, below: number) => number) =>
  (x, y, below) => {
    const away = Math.hypot(x - radius, y - radius);
    return away <= radius && away >= inner ? 40 : below;
  };
const flat =
  (shade: number): Shade =>
  () =>
    shade;
const boxAt = (left: number, top: number, width: number, height: number): Box => ({
  left,
  top,
  right: left + width,
  bottom: top + height,
});
/** Bars as high as letters, one below the other, and where they stand. */
const text = (box: Box, shade = 20) => {
  const lines: Box[] = [];
  for (let top = box.top; top + 10 <= box.bottom; top += 20) lines.push(boxAt(box.left, top, box.right - box.left, 10));
  const letters: Shade = (x) => (x % 7 < 3 ? shade : -1);
  const marks = lines.map(
    (line) => [line, (x: number, y: number, below: number) => (letters(x, y) < 0 ? below : shade)] as const,
  );
  return { lines, marks: marks.map(([line, draw]): [Box, typeof draw] => [line, draw]) };
};
const paragraph = text(boxAt(80, 80, 500, 200));

describe('a picture is', () => {
  test.each([
    ['a photograph', MIDDLE, photograph],
    ['a disc of one shade', boxAt(300, 400, 100, 100), disc(50)],
    ['a ring, as a stamp has', boxAt(300, 400, 120, 120), disc(60, 54)],
  ])('%s, within two squares of where it is', (_name, box, shade) => {
    const pictures = found(sheet(...paragraph.marks, [box, shade]), paragraph);
    expect(pictures).toHaveLength(1);
    for (const side of ['left', 'top', 'right', 'bottom'] as const)
      expect(Math.abs((pictures[0]?.[side] ?? 0) - box[side])).toBeLessThanOrEqual(8);
  });

  test('also one in a shadow, which is none itself', () => {
    const shadow: Shade = (x) => 250 - 150 / (1 + Math.exp(-(x - 300) / 30));
    const whole = boxAt(0, 0, WIDTH, HEIGHT);
    const picture: [Box, (x: number, y: number, below: number) => number] = [
      boxAt(500, 500, 100, 100),
      (x, y, below) => below * (photograph(x, y) / 250),
    ];
    expect(found(sheet([whole, shadow]))).toEqual([]);
    expect(found(sheet([whole, shadow], picture))).toHaveLength(1);
  });

  test('also one that a streak reaches from the edge of the page', () => {
    const picture: [Box, Shade] = [boxAt(240, 28, 160, 120), photograph];
    const streak: [Box, Shade] = [boxAt(300, 0, 5, 20), flat(130)];
    expect(found(sheet(picture, streak))).toEqual(found(sheet(picture)));
    expect(found(sheet(picture))).toHaveLength(1);
  });

  test('one, however many parts are near each other, and two where they are not', () => {
    const parts = (gap: number) =>
      found(sheet([boxAt(200, 300, 60, 80), photograph], [boxAt(260 + gap, 300, 60, 80), photograph])).length;
    expect([parts(8), parts(40)]).toEqual([1, 2]);
  });

  test('one also with a label in it, which stays text', () => {
    const label = text(boxAt(280, 370, 60, 10), 250);
    expect(found(sheet([MIDDLE, photograph], ...label.marks), label)).toEqual(found(sheet([MIDDLE, photograph])));
  });
});

describe('no picture is', () => {
  const heading = text(boxAt(100, 330, 300, 10), 250);
  const boxed = text(boxAt(130, 330, 300, 60));
  const frame = (box: Box, width: number): [Box, (x: number, y: number, below: number) => number] => [
    box,
    (x, y, below) => {
      const [right, bottom] = [box.right - box.left - x, box.bottom - box.top - y];
      return Math.min(x, y, right - 1, bottom - 1) < width ? 30 : below;
    },
  ];
  const none: [string, Page, { lines?: Box[]; tables?: Box[] }][] = [
    ['an empty page', sheet(), {}],
    ['text', sheet(...paragraph.marks), paragraph],
    ['a table', sheet([MIDDLE, photograph]), { tables: [MIDDLE] }],
    ['a mark that is too small', sheet([boxAt(300, 300, 20, 60), photograph]), {}],
    ['what reaches over the edge of the page', sheet([boxAt(0, 300, 80, 200), photograph]), {}],
    ['a shaded field', sheet([boxAt(200, 300, 300, 100), flat(120)]), {}],
    ['the bar behind a heading', sheet([boxAt(80, 310, 560, 50), flat(30)], ...heading.marks), heading],
    ['a thin frame', sheet(frame(boxAt(100, 300, 400, 120), 2), ...boxed.marks), boxed],
    ['a thick frame', sheet(frame(boxAt(100, 300, 400, 120), 8), ...boxed.marks), boxed],
    [
      'lines to write on',
      sheet(...[300, 324, 348, 372].map((top): [Box, Shade] => [boxAt(100, top, 90, 2), flat(0)])),
      {},
    ],
    [
      'grain',
      sheet([boxAt(0, 0, WIDTH, HEIGHT), (x, y) => 225 + ((Math.imul(x * 739 + y, 2_654_435_761) >>> 8) % 25)]),
      {},
    ],
  ];
  test.each(none)('%s', (_name, page, known) => {
    expect(found(page, known)).toEqual([]);
  });
});

describe('a page with a picture', () => {
  const block = (said: string, box: Box): Block => ({
    label: 'text',
    rows: [[{ text: said, box, confidence: 1 }]],
    box,
  });
  const picture: Block = { label: 'image', rows: [], box: MIDDLE };
  const above = block('above', boxAt(100, 100, 400, 20));
  const within = block('within', boxAt(280, 380, 60, 20));
  const below = block('below', boxAt(100, 600, 400, 20));

  test('has it in reading order, before the text that stands in it', () => {
    expect(placeAmongText([above, within, below], [picture])).toEqual([above, picture, within, below]);
  });

  test('says nothing of it but where it is', () => {
    const reading = { width: WIDTH, height: HEIGHT, blocks: [above, picture, below] };
    const result = toOcrResult({ jobId: 'a', filename: 'a.png', elapsedMs: 0, failure: null }, reading);
    expect(result).toMatchObject({
      pages: [
        { parsing_res_list: [{}, { block_label: 'image', block_content: '', block_bbox: [240, 320, 400, 440] }, {}] },
      ],
    });
    expect(toMarkdown(reading)).toBe('above\n\nbelow\n');
  });
});
