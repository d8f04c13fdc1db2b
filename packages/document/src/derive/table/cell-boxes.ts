import type { Box } from '../../model/box.ts';
import type { Cell, Table } from '../../model/table.ts';
import { fourNumbers, isNowhere, placeBox } from '../box.ts';
import type { RawCell } from '../raw/raw-page.ts';
import type { Report } from '../warnings.ts';
import { estimatedBoxes } from './estimated-boxes.ts';
import type { TablePlace } from './table-place.ts';

/**
 * Places every cell on the page: with the box that the service gives it, or else with an estimate, marked as such. Without
 * any box for the table there is none for its cells.
 * @param told what the service says of each cell, null for those it says nothing about
 */
export function withCellBoxes(
  table: Table,
  told: readonly (RawCell | null)[],
  { box, size }: Pick<TablePlace, 'box' | 'size'>,
  report: Report,
): Cell[] {
  const estimates = isNowhere(box) ? [] : estimatedBoxes(table, box);
  return table.cells.map((cell, at) => {
    const said = told[at] ?? null;
    return {
      ...cell,
      ...boxOf(said),
      ...(said !== null && said.confidence !== null && { confidence: said.confidence }),
    };

    function boxOf(from: RawCell | null): Pick<Cell, 'bbox' | 'estimated'> {
      const reportCell: Report = (code, message) => report(code, message, cell);
      if (from !== null && fourNumbers(from.box) !== null) return { bbox: placeBox(from.box, size, reportCell) };
      if (from !== null) reportCell('box_malformed', 'The box of the cell is not four numbers: it is estimated.');
      const bbox: Box | undefined = estimates[at];
      return bbox === undefined ? {} : { bbox, estimated: true };
    }
  });
}
