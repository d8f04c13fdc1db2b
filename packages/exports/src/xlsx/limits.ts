/** What Excel holds; a file beyond it is "repaired" or refused. */
export const MAX_ROWS = 1_048_576;
export const MAX_COLUMNS = 16_384;
/** Of one cell, in UTF-16 units. */
export const MAX_CELL_LENGTH = 32_767;
/** Of a sheet's name, in UTF-16 units. */
export const MAX_SHEET_NAME_LENGTH = 31;
/** Number formats of a workbook besides the built-in ones; Excel promises 200 to 250. */
export const MAX_NUMBER_FORMATS = 200;

/** A text cut to a length in UTF-16 units, with an ellipsis at its end, no character cut in two. */
export function cutTo(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const kept = text.slice(0, maxLength - 1);
  return `${/[\ud800-\udbff]$/.test(kept) ? kept.slice(0, -1) : kept}…`;
}
