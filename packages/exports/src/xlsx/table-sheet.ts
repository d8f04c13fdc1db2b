import type { Cell, Table } from '@ocrelay/document';
import { gridRows, type Place } from '../document/grid-rows.ts';
import { leadingHeaderRows } from '../document/header-rows.ts';
import { widthOf } from '../text/is-wide.ts';
import { borderedRows } from './bordered-rows.ts';
import { cellContent } from './cell-content.ts';
import { columnWidths, WIDEST } from './column-widths.ts';
import { MAX_COLUMNS, MAX_ROWS } from './limits.ts';
import type { Merge, Sheet, SheetCell } from './sheet.ts';

/** More rows than this would leave no room to scroll in. */
const MAX_FROZEN_ROWS = 10;

/** A table as a sheet, from A1. What does not fit into a sheet is left out: see `leftOut`. */
export function tableSheet(name: string, table: Table): Sheet {
  const headerRows = leadingHeaderRows(table);
  const canFreeze = headerRows < table.rows && headerRows <= MAX_FROZEN_ROWS;
  return {
    name,
    widths: () => columnWidths(table),
    frozenRows: canFreeze ? headerRows : 0,
    *rows() {
      for (const { row, bordersAt } of borderedRows(gridRows(table, { rows: MAX_ROWS, columns: MAX_COLUMNS }))) {
        const places = [...row].sort(([a], [b]) => a - b);
        yield places.map(([column, place]) => sheetCell(column, place, bordersAt(column)));
      }
    },
    *merges() {
      for (const cell of table.cells) {
        const merge = mergeOf(cell);
        if (merge !== null) yield merge;
      }
    },
  };
}

/** Places that a cell covers stand there empty, for their borders. */
function sheetCell(column: number, { cell, isAnchor }: Place, borders: string): SheetCell {
  const content = isAnchor ? cellContent(cell) : ({ kind: 'empty' } as const);
  const wrap = content.kind === 'text' && (content.text.includes('\n') || widthOf(content.text) > WIDEST);
  return { column, content, bold: cell.header, wrap, borders };
}

function mergeOf({ row, column, row_span, column_span }: Cell): Merge | null {
  const bottom = Math.min(row + row_span, MAX_ROWS) - 1;
  const right = Math.min(column + column_span, MAX_COLUMNS) - 1;
  if (row > bottom || column > right || (row === bottom && column === right)) return null;
  return { top: row, left: column, bottom, right };
}
