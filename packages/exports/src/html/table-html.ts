import type { Cell, Table } from '@ocrelay/document';
import { cellsByRow } from '../document/cells-by-row.ts';
import { leadingHeaderRows } from '../document/header-rows.ts';
import { escapeLines } from './escape.ts';

/**
 * A table with its spans, a line for each row and no line empty: Markdown would end there what it takes for HTML.
 * @param classOf what a cell's class is, where a style goes with the table; empty for none
 */
export function* tableHtml(table: Table, classOf: (cell: Cell) => string = () => ''): Generator<string> {
  const byRow = cellsByRow(table);
  const headerRows = leadingHeaderRows(table);
  const parts = [
    { tag: 'thead', from: 0, to: headerRows },
    { tag: 'tbody', from: headerRows, to: table.rows },
  ];
  yield '<table>\n';
  for (const { tag, from, to } of parts.filter((part) => part.to > part.from)) {
    yield `<${tag}>\n`;
    for (let row = from; row < to; row += 1) {
      const cells = (byRow.get(row) ?? []).map((cell) => cellHtml(cell, classOf(cell), headerRows, to));
      yield `<tr>${cells.join('')}</tr>\n`;
    }
    yield `</${tag}>\n`;
  }
  yield '</table>\n';
}

/** @param partEnd the row after the part of the table: browsers end spans there too */
function cellHtml(cell: Cell, className: string, headerRows: number, partEnd: number): string {
  const isAbove = cell.row < headerRows;
  const rows = Math.min(cell.row_span, partEnd - cell.row);
  const tag = cell.header ? 'th' : 'td';
  const scope = cell.header ? ` scope="${(isAbove ? 'col' : 'row') + (isGroup(cell, isAbove) ? 'group' : '')}"` : '';
  const spans = (rows > 1 ? ` rowspan="${rows}"` : '') + (cell.column_span > 1 ? ` colspan="${cell.column_span}"` : '');
  const styled = className === '' ? '' : ` class="${className}"`;
  return `<${tag}${styled}${scope}${spans}>${escapeLines(cell.text)}</${tag}>`;
}

function isGroup(cell: Cell, isAbove: boolean): boolean {
  return (isAbove ? cell.column_span : cell.row_span) > 1;
}
