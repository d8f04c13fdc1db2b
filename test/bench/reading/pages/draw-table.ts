import type { Random } from '../../../chaos/random.ts';
import { type Typeface, widthOf } from './fonts.ts';
import type { PlannedCell, TablePlan } from './plan-table.ts';
import { bordersIn, drawRules, type Places } from './rules.ts';
import type { Sheet } from './sheet.ts';
import type { TableKind, TruthCell, TruthTable } from './truth.ts';
import { wrap } from './wrap.ts';

export interface TableStyle {
  readonly kind: Exclude<TableKind, 'prose'>;
  /** Pixels of an em. */
  readonly size: number;
  readonly left: number;
  readonly top: number;
  /** The table is no wider; columns of words are broken into lines when they must be. */
  readonly maxWidth: number;
}

/** Draws a table; its columns are as wide as their words, or somewhat wider. @returns what stands where */
export function drawTable(
  sheet: Sheet,
  face: Typeface,
  plan: TablePlan,
  style: TableStyle,
  random: Random,
): { table: TruthTable; bottom: number; right: number } {
  const { size, kind } = style;
  const padding = Math.round(size * (kind === 'ruled' ? random.pick([0.4, 0.7, 1]) : random.pick([0.7, 1, 1.4])));
  const widths = columnWidths(face, plan, size, padding, style.maxWidth, random);
  const lines = plan.cells.map((cell) =>
    linesOf(face, cell, size, spanOf(widths, cell.column, cell.columnSpan) - 2 * padding),
  );
  const leading = Math.round(size * 1.35);
  const rowPadding = Math.round(size * random.pick([0.25, 0.45, 0.7]));
  const heights = Array.from({ length: plan.rows }, (_, row) => {
    const most = Math.max(
      1,
      ...plan.cells.map((cell, i) => (cell.row === row && cell.rowSpan === 1 ? (lines[i]?.length ?? 0) : 0)),
    );
    return most * leading + 2 * rowPadding;
  });
  const places: Places = { x: edges(style.left, widths), y: edges(style.top, heights) };
  const at = (list: readonly number[], i: number) => list[i] ?? 0;
  const alignments = plan.kinds.map((one) =>
    one === 'count' || one === 'amount' ? 'right' : random.chance(0.2) ? 'centre' : 'left',
  );

  const placed = plan.cells.map((cell, i): Omit<TruthCell, 'borders'> => {
    const box = [
      at(places.x, cell.column),
      at(places.y, cell.row),
      at(places.x, cell.column + cell.columnSpan),
      at(places.y, cell.row + cell.rowSpan),
    ] as const;
    const own = lines[i] ?? [];
    const font = cell.isHeader ? face.bold : face.regular;
    const middle = (box[1] + box[3] - own.length * leading) / 2;
    for (const [n, text] of own.entries()) {
      const alignment = cell.columnSpan > 1 ? 'centre' : alignments[cell.column];
      const slack = box[2] - box[0] - 2 * padding - widthOf(font, text, size);
      const shift = alignment === 'right' ? slack : alignment === 'centre' ? slack / 2 : 0;
      sheet.write(font, size, box[0] + padding + shift, middle + n * leading + size * 1.03, text);
    }
    const { row, column, rowSpan, columnSpan } = cell;
    return { row, column, rowSpan, columnSpan, text: own.join('\n'), box };
  });
  const drawn = drawRules(sheet, plan, places, kind, random);
  const cells = placed.map((cell) => ({ ...cell, borders: bordersIn(drawn, cell) }));
  return {
    table: { rows: plan.rows, columns: plan.columns, cells },
    bottom: at(places.y, plan.rows),
    right: at(places.x, plan.columns),
  };
}

function linesOf(face: Typeface, cell: PlannedCell, size: number, width: number): string[] {
  return wrap(cell.isHeader ? face.bold : face.regular, size, cell.text, width);
}

/** As wide as the widest word needs, at most 12 em; stretched at random where there is room, squeezed where there is none. */
function columnWidths(
  face: Typeface,
  plan: TablePlan,
  size: number,
  padding: number,
  most: number,
  random: Random,
): number[] {
  const natural = plan.kinds.map((_, column) => {
    const own = plan.cells.filter((cell) => cell.column === column && cell.columnSpan === 1);
    const widest = Math.max(
      size * 2,
      ...own.map((cell) => widthOf(cell.isHeader ? face.bold : face.regular, cell.text, size)),
    );
    return Math.min(widest, 12 * size) + 2 * padding + 2;
  });
  const total = natural.reduce((sum, width) => sum + width, 0);
  const stretch =
    total > most ? most / total : 1 + random.whole(0, Math.floor(100 * Math.min(0.6, most / total - 1))) / 100;
  return natural.map((width) => Math.round(width * stretch));
}

function spanOf(widths: readonly number[], from: number, count: number): number {
  return widths.slice(from, from + count).reduce((sum, width) => sum + width, 0);
}

function edges(start: number, sizes: readonly number[]): number[] {
  const list = [start];
  for (const size of sizes) list.push((list.at(-1) ?? 0) + size);
  return list;
}
