import { around, type Box } from '../../page.ts';
import { isFlush } from './flush.ts';

/** Columns of one row, all counted from 0. */
export interface Place {
  readonly row: number;
  readonly first: number;
  readonly last: number;
}

/** The text of a cell; from its `first` to its `last` column it crosses all edges. */
export interface PlacedText extends Place {
  readonly box: Box;
}

/** The middle of a label is no further from that of its cell, in heights of a line, beside what is not known of the cell's sides. */
const OFF_CENTRE = 0.25;

/**
 * Labels in the middle of several columns that are empty beside them, such as a total's or that of a group of columns: nothing
 * drawn tells that they span these, but they are centred over them, and not flush with the column that they happen to stand in.
 *
 * @param texts one for each place of the grid where there is any
 * @param isTaken whether a cell of another row reaches over a place
 * @param edges x of the columns' edges, the outer ones included; @param lineHeight pixels
 * @returns what they span
 */
export function centredLabels(
  texts: readonly PlacedText[],
  isTaken: (row: number, column: number) => boolean,
  edges: readonly number[],
  lineHeight: number,
): Place[] {
  const columns = edges.length - 1;
  const inOne = texts.filter(({ first, last }) => first === last);
  const own = Array.from({ length: columns }, (_, column) => inOne.filter(({ first }) => first === column));
  const extents = own.map((all) => (all.length === 0 ? null : around(all.map(({ box }) => box))));
  const isEmpty = (row: number, column: number) =>
    !isTaken(row, column) && !texts.some((text) => text.row === row && text.first <= column && text.last >= column);
  return texts.flatMap((label): Place[] => {
    const { row, box } = label;
    let { first, last } = label;
    const leftmost = row === 0 ? 1 : 0; // above the names of rows a header is empty
    while (first > leftmost && isEmpty(row, first - 1)) first--;
    while (last < columns - 1 && isEmpty(row, last + 1)) last++;
    if (first === label.first && last === label.last) return [];
    const isBesideTaken = Array.from({ length: columns }, (_, column) => column).some((column) => isTaken(row, column));
    const others = (own[label.first] ?? []).filter((text) => text.row !== row).map((text) => text.box);
    if (!isBesideTaken && label.first === label.last && isFlush(box, others, lineHeight)) return [];
    // The sides of the cell are somewhere between the texts of neighbouring columns.
    const [leftText, rightText] = [extents[first]?.left ?? box.left, extents[last]?.right ?? box.right];
    const left = { least: extents[first - 1]?.right ?? leftText, most: leftText };
    const right = { least: rightText, most: extents[last + 1]?.left ?? rightText };
    const middle = (box.left + box.right) / 2;
    const slack = OFF_CENTRE * lineHeight;
    const isCentred =
      middle >= (left.least + right.least) / 2 - slack && middle <= (left.most + right.most) / 2 + slack;
    return isCentred ? [{ row, first, last }] : [];
  });
}
