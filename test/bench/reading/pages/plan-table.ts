import type { Random } from '../../../chaos/random.ts';
import type { Language } from './truth.ts';
import { type ColumnKind, cellText, VOCABULARY } from './words.ts';

/** A cell before it has a place on the paper. */
export interface PlannedCell {
  readonly row: number;
  readonly column: number;
  readonly rowSpan: number;
  readonly columnSpan: number;
  readonly text: string;
  readonly isHeader: boolean;
}

export interface TablePlan {
  readonly rows: number;
  readonly columns: number;
  readonly headerRows: number;
  readonly kinds: readonly ColumnKind[];
  /** By rows, in them by columns. */
  readonly cells: readonly PlannedCell[];
}

const KINDS: readonly ColumnKind[] = ['count', 'amount', 'goods', 'remark', 'date', 'code', 'amount'];

/**
 * Makes up a table of 2 to 7 columns and 3 to 16 rows. Some have a header of two rows (a group over several columns), cells
 * that reach over rows, and a last row whose label reaches over columns; some cells are empty.
 *
 * @param spans how likely each kind of span is, 0 to 1
 */
export function planTable(language: Language, random: Random, spans: number): TablePlan {
  const words = VOCABULARY[language];
  const columns = random.whole(2, 7);
  const names = random.shuffled(words.columns);
  const kinds: ColumnKind[] = ['goods', ...Array.from({ length: columns - 1 }, () => random.pick(KINDS))];
  const grouped = columns >= 4 && random.chance(spans);
  const headerRows = grouped ? 2 : 1;
  const rows = headerRows + random.whole(2, 14);
  const taken = new Set<string>();
  const cells: PlannedCell[] = [];
  const put = (row: number, column: number, rowSpan: number, columnSpan: number, text: string) => {
    for (let y = row; y < row + rowSpan; y++) for (let x = column; x < column + columnSpan; x++) taken.add(`${y} ${x}`);
    cells.push({ row, column, rowSpan, columnSpan, text, isHeader: row < headerRows });
  };

  const group = grouped
    ? { from: random.whole(1, columns - 3), span: random.whole(2, Math.min(3, columns - 2)) }
    : null;
  if (group !== null) put(0, group.from, 1, group.span, random.pick(words.groups));
  for (let x = 0; x < columns; x++) {
    const isInGroup = group !== null && x >= group.from && x < group.from + group.span;
    put(isInGroup ? 1 : 0, x, grouped && !isInGroup ? 2 : 1, 1, names[x] ?? '');
  }
  if (columns >= 3 && random.chance(spans)) {
    put(rows - 1, 0, 1, columns - 1, names[columns] ?? '');
    put(rows - 1, columns - 1, 1, 1, cellText(kinds[columns - 1] ?? 'amount', language, random));
  }
  for (let y = headerRows; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      if (taken.has(`${y} ${x}`)) continue;
      const below = y + 1 < rows && !taken.has(`${y + 1} ${x}`) && !taken.has(`${y + 1} ${x + 1}`);
      const rowSpan = below && x === 0 && random.chance(spans / 3) ? 2 : 1;
      const isEmpty = x > 0 && random.chance(0.07);
      put(y, x, rowSpan, 1, isEmpty ? '' : cellText(kinds[x] ?? 'count', language, random));
    }
  }
  cells.sort((a, b) => a.row - b.row || a.column - b.column);
  return { rows, columns, headerRows, kinds, cells };
}
