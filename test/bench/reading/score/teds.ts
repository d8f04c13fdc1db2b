import { ted } from 'edit-distance';
import { edits } from '../../character-errors.ts';
import type { GridCell } from './grid.ts';

interface TableNode {
  readonly tag: 'table' | 'tr' | 'td';
  readonly cell: GridCell | null;
  readonly children: readonly TableNode[];
}

/**
 * Tree edit distance similarity of two tables, 0 to 1 (Zhong, ShafieiBavani and Jimeno Yepes, "Image-based table recognition:
 * data, model, and evaluation", 2020): 1 less the edits from one tree of rows and cells to the other, as a share of the larger
 * tree. A cell of other spans is another cell; one of other text is it in part.
 */
export function teds(read: readonly GridCell[], expected: readonly GridCell[]): number {
  const [from, to] = [treeOf(read), treeOf(expected)];
  const { distance } = ted(
    from,
    to,
    (node) => node.children,
    () => 1,
    () => 1,
    costOfChange,
  );
  return 1 - distance / Math.max(sizeOf(from), sizeOf(to));
}

function treeOf(cells: readonly GridCell[]): TableNode {
  const rows = Math.max(0, ...cells.map((cell) => cell.row + 1));
  const children = Array.from({ length: rows }, (_, row): TableNode => {
    const own = cells.filter((cell) => cell.row === row);
    return { tag: 'tr', cell: null, children: own.map((cell) => ({ tag: 'td', cell, children: [] })) };
  });
  return { tag: 'table', cell: null, children };
}

function costOfChange(a: TableNode, b: TableNode): number {
  if (a.tag !== b.tag) return 1;
  if (a.cell === null || b.cell === null) return 0;
  if (a.cell.rowSpan !== b.cell.rowSpan || a.cell.columnSpan !== b.cell.columnSpan) return 1;
  const [from, to] = [sameSpaces(a.cell.text), sameSpaces(b.cell.text)];
  return from === to ? 0 : edits([...from], [...to]) / Math.max([...from].length, [...to].length);
}

function sizeOf(node: TableNode): number {
  return node.children.reduce((sum, child) => sum + sizeOf(child), 1);
}

/** A line break within a cell is a space; how many of them counts for nothing. */
export function sameSpaces(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
