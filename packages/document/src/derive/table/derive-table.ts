import { inLines } from '../../html/marks.ts';
import type { Cell, Table } from '../../model/table.ts';
import { withValues } from '../values/with-values.ts';
import type { Report } from '../warnings.ts';
import { withBorders } from './cell-borders.ts';
import { withCellBoxes } from './cell-boxes.ts';
import { isClearHeaderRow } from './header-row.ts';
import { blurs, reportMarkup } from './markup.ts';
import { placeCells } from './place-cells.ts';
import type { Room } from './room.ts';
import { cellCount, type HtmlTable } from './table-parts.ts';
import type { TablePlace } from './table-place.ts';
import { type GridCell, trueGrid } from './true-grid.ts';

/** A table's HTML → the true grid, its cells placed on the page, with headers, values and borders; null where it has no cells. */
export function deriveTable(html: HtmlTable, place: TablePlace, report: Report, room: Room): Table | null {
  const places = room.for(cellCount(html));
  const grid = trueGrid(placeCells(html, report, places), report, places);
  room.filled(grid.cells.filter(({ cell }) => cell === null).length);
  if (grid.rows === 0 || grid.columns === 0) return null;
  reportMarkup(grid.cells, report);
  const headRows = new Set(grid.cells.filter(({ cell }) => cell?.inHead).map(({ row }) => row));
  const read = grid.cells.map((at) => readCell(at, headRows));
  const headed = markHeaderRow(read);
  const valued = withValues(
    headed,
    grid.columns,
    grid.cells.map(({ cell }) => cell !== null && blurs(cell.source)),
  );
  const told = grid.cells.map(({ cell }) => cell && (place.cells?.[cell.index] ?? null));
  const placed = withCellBoxes({ ...grid, cells: valued }, told, place, report);
  return { rows: grid.rows, columns: grid.columns, cells: withBorders(placed, told, html.bordered) };
}

function readCell({ row, column, rows, columns, cell }: GridCell, headRows: ReadonlySet<number>): Cell {
  return {
    row,
    column,
    row_span: rows,
    column_span: columns,
    text: cell === null ? '' : inLines(cell.source.text),
    header: cell === null ? headRows.has(row) : cell.inHead || cell.source.header,
  };
}

/** Only where the HTML itself names no header. */
function markHeaderRow(cells: readonly Cell[]): readonly Cell[] {
  if (cells.some(({ header }) => header) || !isClearHeaderRow(cells)) return cells;
  return cells.map((cell) => (cell.row === 0 ? { ...cell, header: true } : cell));
}
