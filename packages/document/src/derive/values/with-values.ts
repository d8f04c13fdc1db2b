import type { Cell } from '../../model/table.ts';
import { labels } from './labels.ts';
import { readColumn } from './read-column.ts';

/**
 * Gives the cells of a table their values, column by column; a cell that spans counts to its first column. Headers have
 * none, and none have cells with several lines.
 * @param blurred whether the text of the cell at the same place may say something else than the cell
 */
export function withValues(cells: readonly Cell[], columns: number, blurred: readonly boolean[]): Cell[] {
  const byColumn: { cell: Cell; at: number; isIdentifier: boolean }[][] = Array.from({ length: columns }, () => []);
  const { headings, identifiers } = labels(cells, columns);
  cells.forEach((cell, at) => {
    if (cell.header || cell.text === '' || blurred[at] === true) return;
    byColumn[cell.column]?.push({ cell, at, isIdentifier: identifiers[at] === true });
  });
  const valued = [...cells];
  byColumn.forEach((members, column) => {
    const told = members.map(({ cell, isIdentifier }) => ({ text: cell.text, isIdentifier }));
    const values = readColumn(told, headings[column] ?? []);
    members.forEach(({ cell, at }, nth) => {
      const value = values[nth];
      if (value) valued[at] = { ...cell, value };
    });
  });
  return valued;
}
