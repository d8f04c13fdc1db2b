import { splitColumns } from './columns.ts';
import { around, type Block, type Line, middleOf } from './page.ts';

/** Lines further apart than this share of their height begin a new block. */
const BLOCK_GAP = 0.6;

/** Groups lines into blocks, both in reading order: columns from the left, in them rows from the top, in them from the left. */
export function toBlocks(lines: readonly Line[]): Block[] {
  return splitColumns(lines).flatMap((part) => rowsToBlocks(toRows(part)));
}

/** Lines at the same height make a row. */
export function toRows(lines: readonly Line[]): Line[][] {
  const rows: Line[][] = [];
  for (const line of [...lines].sort((a, b) => middleOf(a.box) - middleOf(b.box))) {
    const row = rows.at(-1);
    if (row?.every((other) => isBeside(line, other)) === true) row.push(line);
    else rows.push([line]);
  }
  return rows.map((row) => row.sort((a, b) => a.box.left - b.box.left));
}

/** Not one above the other, and each one's middle well within the other's height. */
function isBeside(a: Line, b: Line): boolean {
  const overlap = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
  const narrower = Math.min(a.box.right - a.box.left, b.box.right - b.box.left);
  const lower = Math.min(a.box.bottom - a.box.top, b.box.bottom - b.box.top);
  return overlap < narrower / 3 && Math.abs(middleOf(a.box) - middleOf(b.box)) < lower * 0.35;
}

function rowsToBlocks(rows: readonly Line[][]): Block[] {
  const blocks: Line[][][] = [];
  for (const row of rows) {
    const block = blocks.at(-1);
    const above = block?.at(-1);
    if (block !== undefined && above !== undefined && continues(above, row)) block.push(row);
    else blocks.push([row]);
  }
  return blocks.map((block) => ({ label: 'text', rows: block, box: around(block.flat().map((line) => line.box)) }));
}

function continues(above: readonly Line[], row: readonly Line[]): boolean {
  const upper = around(above.map((line) => line.box));
  const lower = around(row.map((line) => line.box));
  const heights = [upper.bottom - upper.top, lower.bottom - lower.top];
  const smaller = Math.min(...heights);
  const isNear = lower.top - upper.bottom <= BLOCK_GAP * smaller;
  const isSameSize = Math.max(...heights) <= 1.7 * smaller;
  return isNear && isSameSize && lower.left < upper.right && upper.left < lower.right;
}
