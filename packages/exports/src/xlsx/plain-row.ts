import type { CellContent } from './cell-content.ts';
import type { SheetCell } from './sheet.ts';

/** A row of a sheet that is a list, from its first column on. @param bold for a heading; @param wrapLast its last column has texts of any length */
export function plainRow(contents: readonly CellContent[], bold: boolean, wrapLast = false): SheetCell[] {
  const last = contents.length - 1;
  return contents.map((content, column) => {
    return { column, content, bold, wrap: wrapLast && column === last, borders: '' };
  });
}
