import type { Random } from '../../../chaos/random.ts';
import type { TablePlan } from './plan-table.ts';
import type { Sheet } from './sheet.ts';
import type { TableKind, TruthCell } from './truth.ts';

/** Where columns and rows begin and the last one ends, pixels. */
export interface Places {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** Which strokes a partly ruled table has: those between all rows, or around the header only; or all but the outer sides. */
const PARTS = ['rows', 'header', 'open sides'] as const;

/** Draws the strokes of a table; none goes through a merged cell. @returns which stretches between two crossings have one */
export function drawRules(
  sheet: Sheet,
  plan: TablePlan,
  { x, y }: Places,
  kind: Exclude<TableKind, 'prose'>,
  random: Random,
): ReadonlySet<string> {
  const stroke = random.pick([1, 1.5, 2, 3]);
  const owner = new Map<string, number>();
  for (const [i, cell] of plan.cells.entries()) {
    for (let row = cell.row; row < cell.row + cell.rowSpan; row++)
      for (let column = cell.column; column < cell.column + cell.columnSpan; column++) owner.set(`${row} ${column}`, i);
  }
  const part = kind === 'partly ruled' ? random.pick(PARTS) : null;
  const drawn = new Set<string>();
  if (kind === 'borderless') return drawn;
  for (let i = 0; i <= plan.rows; i++) {
    const isWanted = part !== 'header' || i === 0 || i === plan.headerRows || i === plan.rows;
    for (let column = 0; column < plan.columns && isWanted; column++) {
      if (i > 0 && i < plan.rows && owner.get(`${i - 1} ${column}`) === owner.get(`${i} ${column}`)) continue;
      sheet.rule(x[column] ?? 0, y[i] ?? 0, x[column + 1] ?? 0, y[i] ?? 0, stroke);
      drawn.add(level(i, column));
    }
  }
  if (part === 'rows' || part === 'header') return drawn;
  for (let i = 0; i <= plan.columns; i++) {
    if (part === 'open sides' && (i === 0 || i === plan.columns)) continue;
    for (let row = 0; row < plan.rows; row++) {
      if (i > 0 && i < plan.columns && owner.get(`${row} ${i - 1}`) === owner.get(`${row} ${i}`)) continue;
      sheet.rule(x[i] ?? 0, y[row] ?? 0, x[i] ?? 0, y[row + 1] ?? 0, stroke);
      drawn.add(upright(row, i));
    }
  }
  return drawn;
}

/** The sides of a cell that have a stroke; since none goes through a cell, its first stretch tells of all of a side. */
export function bordersIn(
  drawn: ReadonlySet<string>,
  { row, column, rowSpan, columnSpan }: Omit<TruthCell, 'borders'>,
): string {
  return (
    (drawn.has(level(row, column)) ? 't' : '') +
    (drawn.has(upright(row, column + columnSpan)) ? 'r' : '') +
    (drawn.has(level(row + rowSpan, column)) ? 'b' : '') +
    (drawn.has(upright(row, column)) ? 'l' : '')
  );
}

function level(row: number, column: number): string {
  return `level ${row} ${column}`;
}

function upright(row: number, column: number): string {
  return `upright ${row} ${column}`;
}
