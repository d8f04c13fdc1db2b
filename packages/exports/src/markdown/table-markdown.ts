import type { Cell, Table } from '@ocrelay/document';
import { cellsByRow } from '../document/cells-by-row.ts';
import { leadingHeaderRows } from '../document/header-rows.ts';
import { tableHtml } from '../html/table-html.ts';
import { escapeWithBreaks } from './escape.ts';

/** A table as GitHub has them where that can hold it; as HTML, which Markdown lets through, where cells span. */
export function* tableMarkdown(table: Table): Generator<string> {
  if (table.rows === 0 || table.columns === 0) return;
  yield* fitsPipes(table) ? pipeTable(table) : tableHtml(table);
  yield '\n';
}

/** Pipes know one row of headers and no spans. */
function fitsPipes(table: Table): boolean {
  return (
    leadingHeaderRows(table) <= 1 &&
    table.cells.every(({ row_span, column_span }) => row_span === 1 && column_span === 1)
  );
}

/** The format demands a row of headers: an empty one where the table has none. */
function* pipeTable(table: Table): Generator<string> {
  const byRow = cellsByRow(table);
  const headerRows = leadingHeaderRows(table);
  yield pipes(headerRows === 0 ? [] : (byRow.get(0) ?? []), table.columns);
  yield `|${' --- |'.repeat(table.columns)}\n`;
  for (let row = headerRows; row < table.rows; row += 1) yield pipes(byRow.get(row) ?? [], table.columns);
}

function pipes(cells: readonly Cell[], columns: number): string {
  const texts = Array.from({ length: columns }, () => '');
  for (const cell of cells) texts[cell.column] = escapeWithBreaks(cell.text);
  return `| ${texts.join(' | ')} |\n`;
}
