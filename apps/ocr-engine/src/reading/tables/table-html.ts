import type { Cell, Table } from '../page.ts';

/** A table as the protocol has it: `<table><tr><td rowspan colspan>`, in a cell a `<br>` between lines. Text is escaped. */
export function tableHtml(table: Table): string {
  const rows = Array.from({ length: table.rows }, (_, row) => table.cells.filter((cell) => cell.row === row));
  return `<table>${rows.map((cells) => `<tr>${cells.map(cellHtml).join('')}</tr>`).join('')}</table>`;
}

/** 0 to 1: the mean over the cell's characters; 1 where there are none, since nothing was guessed. */
export function confidenceOf(cell: Cell): number {
  const lines = cell.rows.flat();
  const characters = lines.reduce((sum, line) => sum + line.text.length, 0);
  return characters === 0 ? 1 : lines.reduce((sum, line) => sum + line.confidence * line.text.length, 0) / characters;
}

function cellHtml(cell: Cell): string {
  const spans =
    (cell.rowSpan > 1 ? ` rowspan="${cell.rowSpan}"` : '') +
    (cell.columnSpan > 1 ? ` colspan="${cell.columnSpan}"` : '');
  const text = cell.rows.map((row) => escaped(row.map((line) => line.text).join(' '))).join('<br>');
  return `<td${spans}>${text}</td>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
