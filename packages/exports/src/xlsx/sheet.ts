import type { CellContent } from './cell-content.ts';

/** A cell of a sheet: where it stands, what it holds, how it looks besides what its content asks for. */
export interface SheetCell {
  readonly column: number;
  readonly content: CellContent;
  readonly bold: boolean;
  readonly wrap: boolean;
  /** Its sides that have a line: of `trbl` the letters of these, in this order. */
  readonly borders: string;
}

/** Cells that are one, from 0; the last row and column are within. */
export interface Merge {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

/** A sheet, with its rows made as they are written. */
export interface Sheet {
  readonly name: string;
  /** Rows at the top that stay where they are. */
  readonly frozenRows: number;
  /** Of its columns, in characters. */
  widths(): readonly number[];
  /** From the first, by column each. */
  rows(): Iterable<readonly SheetCell[]>;
  merges(): Iterable<Merge>;
}
