import type { HtmlCell } from '../../html/piece-collector.ts';
import type { Report } from '../warnings.ts';
import { MAX_PLACES } from './room.ts';
import type { HtmlTable } from './table-parts.ts';

/** The HTML standard's limits. */
const MAX_COLUMN_SPAN = 1000;
const MAX_ROW_SPAN = 65_534;

/** A cell at the place where the HTML standard puts it, with the span that it asks for. */
export interface PlacedCell {
  readonly row: number;
  readonly column: number;
  readonly rows: number;
  readonly columns: number;
  readonly inHead: boolean;
  readonly source: HtmlCell;
  /** Which cell of the table it is in the order of the source, from 0. */
  readonly index: number;
}

export interface Placement {
  /** How many rows were reached; all of the table, unless it is absurd. */
  readonly rows: number;
  /** How far the widest row reaches. */
  readonly columns: number;
  readonly cells: readonly PlacedCell[];
  readonly cut: boolean;
}

/**
 * "Forming a table" of the HTML standard: every cell takes the first free place of its row, the rows of a `<tfoot>` come
 * last, and a row span of 0 reaches to the end of the group of rows. Other than there, no span leaves its group, as in every
 * browser. Spans may still overlap. Ends where the table has more places than there is room for.
 */
export function placeCells(table: HtmlTable, report: Report, room = MAX_PLACES): Placement {
  const cells: PlacedCell[] = [];
  /** For each column the row from which on it is free again. Cells before this row span only downwards, so one number tells. */
  const freeFrom: number[] = [];
  let row = 0;
  /** How far the last cell of a row begins, over all rows. */
  let begun = 0;
  let cut = false;

  for (const { rows, section, firstIndex } of inOrderOfRows(table)) {
    let index = firstIndex;
    const groupEnd = row + rows.length;
    for (const sources of rows) {
      if (row > 0 && (row + 1) * begun > room) return { rows: row, columns: freeFrom.length, cells, cut: true };
      let column = 0;
      for (const source of sources) {
        while ((freeFrom[column] ?? 0) > row) column += 1;
        if (column >= room) {
          cut = true;
          break;
        }
        const { rowSpan, columnSpan } = spansOf(source, groupEnd - row, { row, column }, report);
        cells.push({
          row,
          column,
          rows: rowSpan,
          columns: columnSpan,
          inHead: section === 'head',
          source,
          index: index++,
        });
        begun = Math.max(begun, column + 1);
        for (const end = column + columnSpan; column < end; column += 1)
          freeFrom[column] = Math.max(freeFrom[column] ?? 0, row + rowSpan);
      }
      row += 1;
    }
  }
  return { rows: row, columns: freeFrom.length, cells, cut };
}

/** The groups of rows with those of a `<tfoot>` last, each with the number of cells before it in the source. */
function inOrderOfRows(table: HtmlTable) {
  let firstIndex = 0;
  const groups = table.groups.map((group) => {
    const counted = { ...group, firstIndex };
    for (const { length } of group.rows) firstIndex += length;
    return counted;
  });
  const isFoot = ({ section }: { section: string }) => section === 'foot';
  return [...groups.filter((group) => !isFoot(group)), ...groups.filter(isFoot)];
}

function spansOf(source: HtmlCell, rowsLeft: number, at: { row: number; column: number }, report: Report) {
  const columnSpan = Math.min(source.colspan || 1, MAX_COLUMN_SPAN);
  const asked = Math.min(source.rowspan || rowsLeft, MAX_ROW_SPAN);
  const rowSpan = Math.min(asked, rowsLeft);
  if (source.colspan > MAX_COLUMN_SPAN)
    report('span_clipped', `A column span of ${source.colspan} is absurd: ${columnSpan}.`, at);
  if (asked > rowSpan) report('span_clipped', `A row span of ${source.rowspan} ran out of its rows: ${rowSpan}.`, at);
  return { rowSpan, columnSpan };
}
