import { characterErrorRate } from '../../character-errors.ts';
import type { Measured } from '../../readers.ts';
import type { TruthBox, TruthPage } from '../pages/truth.ts';
import { type GridCell, gridOf } from './grid.ts';
import { sameSpaces, teds } from './teds.ts';

/** How well one page was read. What is of tables is null for a page without one, and 0 where none was found. */
export interface Score {
  /** Character error rate of the page in reading order, spaces counted. */
  readonly characters: number;
  /** Share of the cells that were read at their place, with their spans and exactly their text. */
  readonly cells: number | null;
  /** Tree edit distance similarity. */
  readonly teds: number | null;
  /** Intersection over union of the table's box. */
  readonly box: number | null;
  /** Tables that were read where there are none. */
  readonly falseTables: number;
  readonly pictures: PictureScore;
  readonly seconds: number;
}

/** How many pictures there are, how many were told, and how many of these are where one is. */
export interface PictureScore {
  readonly drawn: number;
  readonly told: number;
  readonly right: number;
}

/** A picture is told where its box and the true one have so much of both together in common. */
const SAME_BOX = 0.5;

export function scorePage(read: Measured, truth: TruthPage): Score {
  const expected = truth.blocks
    .map((block) => block.text)
    .filter((text) => text !== '')
    .join('\n');
  const found = read.blocks.filter((block) => block.block_label === 'table');
  const table = truth.blocks.find((block) => block.table !== undefined);
  const of = {
    characters: characterErrorRate(read.text, expected, 'counted'),
    seconds: read.seconds,
    pictures: scorePictures(read, truth),
  };
  if (table?.table === undefined) return { ...of, cells: null, teds: null, box: null, falseTables: found.length };
  const wanted = table.table.cells;
  const candidates = found.map((block) => {
    const grid = gridOf(block.block_content);
    return { teds: teds(grid, wanted), cells: exactCells(grid, wanted), box: overlap(block.block_bbox, table.box) };
  });
  const best = candidates.sort((a, b) => b.teds - a.teds)[0] ?? { teds: 0, cells: 0, box: 0 };
  return { ...of, ...best, falseTables: Math.max(0, found.length - 1) };
}

function scorePictures(read: Measured, truth: TruthPage): PictureScore {
  const drawn = truth.blocks.filter((block) => block.label === 'image');
  const told = read.blocks.filter((block) => block.block_label === 'image');
  const right = drawn.filter(({ box }) => told.some((block) => overlap(block.block_bbox, box) >= SAME_BOX));
  return { drawn: drawn.length, told: told.length, right: right.length };
}

function exactCells(read: readonly GridCell[], expected: readonly GridCell[]): number {
  const key = (cell: GridCell) =>
    [cell.row, cell.column, cell.rowSpan, cell.columnSpan, sameSpaces(cell.text)].join('\0');
  const known = new Set(read.map(key));
  return expected.filter((cell) => known.has(key(cell))).length / Math.max(1, expected.length);
}

function overlap(a: TruthBox, b: TruthBox): number {
  const common =
    Math.max(0, Math.min(a[2], b[2]) - Math.max(a[0], b[0])) * Math.max(0, Math.min(a[3], b[3]) - Math.max(a[1], b[1]));
  const area = (box: TruthBox) => (box[2] - box[0]) * (box[3] - box[1]);
  return common / Math.max(1, area(a) + area(b) - common);
}
