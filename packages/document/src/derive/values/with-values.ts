import type { Cell } from '../../model/table.ts';
import { labels } from './labels.ts';
import { type ColumnCell, clearSign, columnValues, readColumn } from './read-column.ts';

/**
 * Gives the cells of a table their values, column by column; a cell that spans counts to its first column. Headers have
 * none, and none have cells with several lines. Columns that leave open which sign is the decimal one follow the others.
 * @param blurred whether the text of the cell at the same place may say something else than the cell
 */
export function withValues(cells: readonly Cell[], columns: number, blurred: readonly boolean[]): Cell[] {
  const byColumn: (ColumnCell & { readonly at: number })[][] = Array.from({ length: columns }, () => []);
  const { currencies, identifiers } = labels(cells, columns);
  cells.forEach(({ header, text, row, column }, at) => {
    if (header || text === '' || blurred[at] === true) return;
    byColumn[column]?.push({ text, row, identifier: identifiers[at] ?? null, at });
  });
  const read = byColumn.map((members, column) => readColumn(members, currencies[column] ?? new Set()));
  const sign = clearSign(read);
  const valued = [...cells];
  read.forEach((column, nth) => {
    const values = columnValues(column, sign);
    byColumn[nth]?.forEach(({ at }, member) => {
      const cell = cells[at];
      const value = values[member];
      if (cell !== undefined && value) valued[at] = { ...cell, value };
    });
  });
  return valued;
}
