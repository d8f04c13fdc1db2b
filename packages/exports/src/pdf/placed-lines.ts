import type { Block, Box, Cell, Table } from '@ocrelay/document';
import { printable } from '../text/printable.ts';
import { linesOver, type PlacedLine } from './lines-over.ts';

/**
 * Where the text of a block stands, as exactly as the document tells: its lines' boxes, else those of a table's cells, else
 * the block's, over whose height the text is spread.
 */
export function placedLines({ text, bbox, lines, table }: Block): PlacedLine[] {
  if (lines !== undefined && lines.length > 0) {
    return lines.map((line) => ({ text: printable(line.text).replace(/\s+/gu, ' '), box: line.bbox }));
  }
  if (table === undefined) return linesOver(printable(text), bbox);
  return table.cells.flatMap((cell) => linesOver(printable(cell.text), inset(cell.bbox ?? gridBox(cell, table, bbox))));
}

/** A cell's box without its padding: texts that touch would be read as one word. */
function inset([x1, y1, x2, y2]: Box): Box {
  const padding = Math.min(x2 - x1, y2 - y1) / 8;
  return [x1 + padding, y1 + padding, x2 - padding, y2 - padding];
}

/** Where a cell would be if all rows were of one height and all columns of one width. */
function gridBox(cell: Cell, table: Table, [x1, y1, x2, y2]: Box): Box {
  const width = (x2 - x1) / table.columns;
  const height = (y2 - y1) / table.rows;
  return [
    x1 + cell.column * width,
    y1 + cell.row * height,
    x1 + (cell.column + cell.column_span) * width,
    y1 + (cell.row + cell.row_span) * height,
  ];
}
