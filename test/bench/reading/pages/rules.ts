import type { Random } from '../../../chaos/random.ts';
import type { TablePlan } from './plan-table.ts';
import type { Sheet } from './sheet.ts';
import type { TableKind } from './truth.ts';

/** Where columns and rows begin and the last one ends, pixels. */
export interface Places {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** Which strokes a partly ruled table has: those between all rows, or around the header only; or all but the outer sides. */
const PARTS = ['rows', 'header', 'open sides'] as const;

/** Draws the strokes of a table; none goes through a merged cell. */
export function drawRules(
  sheet: Sheet,
  plan: TablePlan,
  { x, y }: Places,
  kind: Exclude<TableKind, 'prose'>,
  random: Random,
): void {
  const stroke = random.pick([1, 1.5, 2, 3]);
  const owner = new Map<string, number>();
  for (const [i, cell] of plan.cells.entries()) {
    for (let row = cell.row; row < cell.row + cell.rowSpan; row++)
      for (let column = cell.column; column < cell.column + cell.columnSpan; column++) owner.set(`${row} ${column}`, i);
  }
  const part = kind === 'partly ruled' ? random.pick(PARTS) : null;
  if (kind === 'borderless') return;
  for (let i = 0; i <= plan.rows; i++) {
    const isWanted = part !== 'header' || i === 0 || i === plan.headerRows || i === plan.rows;
    for (let column = 0; column < plan.columns && isWanted; column++) {
      if (i > 0 && i < plan.rows && owner.get(`${i - 1} ${column}`) === owner.get(`${i} ${column}`)) continue;
      sheet.rule(x[column] ?? 0, y[i] ?? 0, x[column + 1] ?? 0, y[i] ?? 0, stroke);
    }
  }
  if (part === 'rows' || part === 'header') return;
  for (let i = 0; i <= plan.columns; i++) {
    if (part === 'open sides' && (i === 0 || i === plan.columns)) continue;
    for (let row = 0; row < plan.rows; row++) {
      if (i > 0 && i < plan.columns && owner.get(`${row} ${i - 1}`) === owner.get(`${row} ${i}`)) continue;
      sheet.rule(x[i] ?? 0, y[row] ?? 0, x[i] ?? 0, y[row + 1] ?? 0, stroke);
    }
  }
}
