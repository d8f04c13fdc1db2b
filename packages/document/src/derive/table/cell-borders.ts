import type { Cell } from '../../model/table.ts';
import type { RawCell } from '../raw/raw-page.ts';

const SIDES = ['t', 'r', 'b', 'l'];
const ALL = 'trbl';

/**
 * Says of every cell which of its sides are ruled: as the service does, or else as the table's HTML does. What neither says
 * stays unknown.
 * @param told what the service says of each cell, null for those it says nothing about
 * @param bordered what the HTML says of the whole table
 */
export function withBorders(
  cells: readonly Cell[],
  told: readonly (RawCell | null)[],
  bordered: boolean | null,
): Cell[] {
  const otherwise = bordered === null ? null : bordered ? ALL : '';
  return cells.map((cell, at) => {
    const borders = readBorders(told[at]?.borders) ?? otherwise;
    return borders === null ? cell : { ...cell, borders };
  });
}

/** Letters of sides in any order and case; null for anything else. */
function readBorders(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > ALL.length || !/^[trbl]*$/i.test(value)) return null;
  const said = value.toLowerCase();
  return SIDES.filter((side) => said.includes(side)).join('');
}
