import type { Report } from '../warnings.ts';
import type { PlacedCell, Placement } from './place-cells.ts';

/** A place of the grid: where a cell begins, or one that no cell covers. */
export interface GridCell {
  readonly row: number;
  readonly column: number;
  readonly rows: number;
  readonly columns: number;
  /** Null where there was none and the place is filled. */
  readonly cell: PlacedCell | null;
}

export interface Grid {
  readonly rows: number;
  readonly columns: number;
  /** By rows and within a row by columns; together they cover every place once. */
  readonly cells: readonly GridCell[];
}

/**
 * Cells whose spans may overlap or leave places free → a grid in which every place belongs to exactly one cell. Where spans
 * overlap the later cell has the place, and the earlier one keeps what is left above it: it began in a row before, and
 * never at that place. Free places are filled with empty cells.
 */
export function trueGrid(placement: Placement, report: Report, room: number): Grid {
  const columns = Math.min(columnsOf(placement, report), room);
  const rows = Math.min(placement.rows, Math.max(1, Math.floor(room / Math.max(columns, 1))));
  const cells = placement.cells.filter(({ row, column }) => row < rows && column < columns);
  if (placement.cut || rows < placement.rows || cells.length < placement.cells.length)
    report('table_cut', `The table is absurdly large and was cut to ${rows} rows of ${columns} cells.`);

  const asked = new Int32Array(rows * columns).fill(-1);
  const inside = cells.map(({ row, column, ...cell }) => ({
    row,
    column,
    rows: Math.min(cell.rows, rows - row),
    columns: Math.min(cell.columns, columns - column),
  }));
  paintAll(asked, columns, inside);
  reportShortRows(asked, rows, columns, report);

  const owner = new Int32Array(rows * columns).fill(-1);
  const kept = inside.map((span, at) => {
    const left = rowsLeft(asked, columns, span, at);
    if (left < span.rows) report('span_overlaps', `A row span of ${span.rows} was overlapped: ${left}.`, span);
    return { ...span, rows: left };
  });
  paintAll(owner, columns, kept);

  const found: GridCell[] = [];
  for (let place = 0; place < owner.length; place += 1) {
    const row = Math.floor(place / columns);
    const column = place % columns;
    const span = kept[owner[place] ?? -1];
    if (span === undefined) found.push({ row, column, rows: 1, columns: 1, cell: null });
    else if (span.row === row && span.column === column)
      found.push({ ...span, cell: cells[owner[place] ?? -1] ?? null });
  }
  return { rows, columns, cells: found };
}

interface Span {
  readonly row: number;
  readonly column: number;
  readonly rows: number;
  readonly columns: number;
}

/**
 * How many columns there are. Those at the end that only spans reach count like any other, unless they are more than those
 * in which a cell begins: then somebody wrote "100" and meant "all of them".
 */
function columnsOf({ cells, columns }: Placement, report: Report): number {
  const begun = cells.reduce((most, { column }) => Math.max(most, column + 1), 0);
  if (columns - begun <= Math.max(begun, 10)) return columns;
  const first = cells.find((cell) => cell.column + cell.columns > begun);
  report('span_clipped', `Column spans reached ${columns - begun} columns beyond the last cell.`, first);
  return begun;
}

/** Gives every place the number of the last span that covers it. */
function paintAll(grid: Int32Array, columns: number, spans: readonly Span[]): void {
  for (const [at, span] of spans.entries()) paint(grid, columns, span, at);
}

function paint(grid: Int32Array, columns: number, span: Span, sign: number): void {
  for (let row = span.row; row < span.row + span.rows; row += 1) {
    const start = row * columns + span.column;
    grid.fill(sign, start, start + span.columns);
  }
}

/** How many rows from its first on are the cell's alone. */
function rowsLeft(grid: Int32Array, columns: number, span: Span, sign: number): number {
  for (let row = 0; row < span.rows; row += 1) {
    const start = (span.row + row) * columns + span.column;
    for (let at = start; at < start + span.columns; at += 1) if (grid[at] !== sign) return row;
  }
  return span.rows;
}

function reportShortRows(grid: Int32Array, rows: number, columns: number, report: Report): void {
  for (let row = 0; row < rows; row += 1) {
    const places = grid.subarray(row * columns, (row + 1) * columns);
    const column = places.indexOf(-1);
    if (column === -1) continue;
    const missing = places.reduce((count, sign) => count + (sign === -1 ? 1 : 0), 0);
    report('row_too_short', `The row ended short; empty cells filled in: ${missing}.`, { row, column });
  }
}
