/** More places than any table that somebody reads. */
export const MAX_PLACES = 100_000;
/** More than are ever missing in a document that somebody reads. */
const MAX_FILLED = 200_000;

/**
 * How many places a table of a document may have: `MAX_PLACES`, and over all tables as many as there are cells in the HTML,
 * with so many empty ones filled in. Else a few letters of HTML for each of many tables would make a hundred thousand cells.
 */
export interface Room {
  for(cells: number): number;
  /** Says how many empty cells were filled in. */
  filled(count: number): void;
}

export function documentRoom(): Room {
  let left = MAX_FILLED;
  return {
    for: (cells) => Math.max(1, Math.min(MAX_PLACES, cells + left)),
    filled(count) {
      left = Math.max(0, left - count);
    },
  };
}
