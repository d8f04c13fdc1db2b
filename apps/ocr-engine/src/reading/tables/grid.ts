import { around, type Box } from '../page.ts';
import { bordersOf, type Ruled } from './borders.ts';
import type { Frame } from './straighten.ts';
import type { Tile } from './tile.ts';

/** A cell of a table, its rows and columns counted from 0. */
export interface GridCell {
  readonly row: number;
  readonly column: number;
  readonly rowSpan: number;
  readonly columnSpan: number;
  /** The smallest upright box around it, pixels of the page. */
  readonly box: Box;
  /** Its sides that are ruled: of `trbl` the letters of these, in this order. */
  readonly borders: string;
}

/** A table before anything in it was read. Its cells cover every place once. */
export interface Grid {
  readonly rows: number;
  readonly columns: number;
  /** By rows, in them by columns. */
  readonly cells: readonly GridCell[];
  readonly box: Box;
  /** The cell at a point of the page; null outside. */
  readonly cellAt: (x: number, y: number) => GridCell | null;
  /** Where columns begin and the last one ends, at a height: x, pixels of the page. */
  readonly columnEdges: (y: number) => readonly number[];
}

/**
 * Puts a tiling on the page: drops the edges that no cell begins or ends at, and finds the cells' boxes and borders.
 *
 * @param rows where rows begin and the last one ends, in coordinates of the frame; @param columns likewise; @param ruled by the same edges
 */
export function placeTiles(
  tiles: readonly Tile[],
  rows: readonly number[],
  columns: readonly number[],
  frame: Frame,
  ruled: Ruled,
): Grid {
  const keptRows = rows.filter((_, i) => i === rows.length - 1 || tiles.some((cell) => cell.row === i));
  const keptColumns = columns.filter((_, i) => i === columns.length - 1 || tiles.some((cell) => cell.column === i));
  const index = (kept: readonly number[], at: number | undefined) => kept.indexOf(at ?? 0);
  const cells = tiles.map((cell): GridCell => {
    const row = index(keptRows, rows[cell.row]);
    const column = index(keptColumns, columns[cell.column]);
    const [top, bottom] = [rows[cell.row] ?? 0, rows[cell.row + cell.rowSpan] ?? 0];
    const [left, right] = [columns[cell.column] ?? 0, columns[cell.column + cell.columnSpan] ?? 0];
    return {
      row,
      column,
      rowSpan: index(keptRows, bottom) - row,
      columnSpan: index(keptColumns, right) - column,
      box: boxBetween(top, bottom, left, right, frame),
      borders: bordersOf(cell, ruled),
    };
  });
  const at = new Map(cells.flatMap((cell) => placesOf(cell).map((place) => [place, cell] as const)));
  const between = (edges: readonly number[], value: number) => edges.findLastIndex((edge) => edge <= value);
  return {
    rows: keptRows.length - 1,
    columns: keptColumns.length - 1,
    cells,
    box: around(cells.map((cell) => cell.box)),
    cellAt: (x, y) =>
      at.get(`${between(keptRows, frame.rowAt(x, y))} ${between(keptColumns, frame.columnAt(x, y))}`) ?? null,
    columnEdges: (y) => keptColumns.map((column) => frame.point(column, y).x),
  };
}

function placesOf(cell: Tile): string[] {
  return Array.from(
    { length: cell.rowSpan * cell.columnSpan },
    (_, i) => `${cell.row + Math.floor(i / cell.columnSpan)} ${cell.column + (i % cell.columnSpan)}`,
  );
}

function boxBetween(top: number, bottom: number, left: number, right: number, frame: Frame): Box {
  const corners = [top, bottom].flatMap((y) => [frame.point(left, y), frame.point(right, y)]);
  const within = (frame.heights ?? []).filter((y) => y > top && y < bottom);
  const sides = within.flatMap((y) => [frame.point(left, y), frame.point(right, y)]);
  const box = boxOf(corners);
  if (sides.length === 0) return box;
  return { ...boxOf(sides), top: box.top, bottom: box.bottom };
}

function boxOf(points: readonly { x: number; y: number }[]): Box {
  const xs = points.map((point) => point.x);
  const ys = points.map((point) => point.y);
  return {
    left: Math.max(0, Math.round(Math.min(...xs))),
    top: Math.max(0, Math.round(Math.min(...ys))),
    right: Math.round(Math.max(...xs)),
    bottom: Math.round(Math.max(...ys)),
  };
}
