/** A cell of a tiling, counted from 0. */
export interface Tile {
  readonly row: number;
  readonly column: number;
  readonly rowSpan: number;
  readonly columnSpan: number;
}

/**
 * Covers a grid with rectangles, without hole or overlap: places that nothing parts are one cell. Where they are no rectangle
 * (a rule is missing or too long), they are several, each as wide as can be and then as high.
 *
 * @param closedBelow whether a rule parts a place from the one below it
 * @returns by rows, in them by columns
 */
export function tile(
  rows: number,
  columns: number,
  closedBelow: (row: number, column: number) => boolean,
  closedRight: (row: number, column: number) => boolean,
): Tile[] {
  const taken = new Uint8Array(Math.max(0, rows * columns));
  const isFree = (row: number, column: number) => row < rows && column < columns && taken[row * columns + column] === 0;
  const tiles: Tile[] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      if (!isFree(row, column)) continue;
      let columnSpan = 1;
      while (isFree(row, column + columnSpan) && !closedRight(row, column + columnSpan - 1)) columnSpan++;
      let rowSpan = 1;
      while (rowGoesOn(row + rowSpan, column, columnSpan)) rowSpan++;
      for (let y = row; y < row + rowSpan; y++) taken.fill(1, y * columns + column, y * columns + column + columnSpan);
      tiles.push({ row, column, rowSpan, columnSpan });
    }
  }
  return tiles;

  /** Whether the whole of a row's part is open to the one above it, and its places to each other. */
  function rowGoesOn(row: number, column: number, span: number): boolean {
    for (let x = column; x < column + span; x++) {
      if (!isFree(row, x) || closedBelow(row - 1, x)) return false;
      if (x + 1 < column + span && closedRight(row, x)) return false;
    }
    return true;
  }
}
