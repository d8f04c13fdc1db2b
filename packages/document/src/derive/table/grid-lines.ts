import { oneLine } from '../../html/marks.ts';

/**
 * Rows of a grid as lines of text, a tab before each column but the first. Places that a span covers are empty, so that what is
 * in one column stands behind as many tabs in every line. Tabs at the end of a line are left out.
 * @param rows how many there are
 * @param cells each where it begins
 */
export function gridLines(
  rows: number,
  cells: Iterable<{ readonly row: number; readonly column: number; readonly text: string }>,
): string[] {
  const lines = Array.from({ length: rows }, () => ({ text: '', column: 0 }));
  for (const { row, column, text } of cells) {
    const line = lines[row];
    if (line === undefined) continue;
    line.text += '\t'.repeat(column - line.column) + oneLine(text);
    line.column = column;
  }
  return lines.map(({ text }) => text.trimEnd());
}
