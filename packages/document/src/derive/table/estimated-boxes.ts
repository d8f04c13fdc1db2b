import type { Box } from '../../model/box.ts';
import type { Cell, Table } from '../../model/table.ts';
import { textWidth } from './text-width.ts';

/** No column is thought narrower or wider than this many letters, no row lower or higher than this many lines. */
const LETTERS = { least: 3, most: 40 };
const LINES = { least: 1, most: 20 };

/**
 * Where each cell of a table probably stands, in the order of its cells: columns share the width of the table by their
 * longest line of text, rows its height by their most lines. Cells that span do not count, since nobody knows which of
 * their columns asks for the room.
 */
export function estimatedBoxes(table: Table, [x1, y1, x2, y2]: Box): Box[] {
  const widths = new Array<number>(table.columns).fill(LETTERS.least);
  const heights = new Array<number>(table.rows).fill(LINES.least);
  for (const { row, column, row_span, column_span, text } of table.cells) {
    const lines = text.split('\n', LINES.most);
    if (row_span === 1) heights[row] = Math.max(heights[row] ?? 0, lines.length);
    const longest = Math.max(...lines.map((line) => textWidth(line, LETTERS.most)));
    if (column_span === 1) widths[column] = Math.max(widths[column] ?? 0, longest);
  }
  const across = edges(widths, x1, x2);
  const down = edges(heights, y1, y2);
  const boxOf = ({ row, column, row_span, column_span }: Cell): Box => [
    across[column] ?? x1,
    down[row] ?? y1,
    across[column + column_span] ?? x2,
    down[row + row_span] ?? y2,
  ];
  return table.cells.map(boxOf);
}

/** From start to end in proportion, inner edges to a tenth of a pixel. */
function edges(weights: readonly number[], start: number, end: number): number[] {
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  let before = 0;
  const inner = weights.map((weight) => {
    before += weight;
    const at = Math.round((start + ((end - start) * before) / whole) * 10) / 10;
    return Math.min(Math.max(at, start), end);
  });
  return [start, ...inner.slice(0, -1), end];
}
