import { escapeHtml } from '../html/escape.ts';

export const XML_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';

/** A text in an element or an attribute, as it is: `_x0041_`, which Excel would read as `A`, stays what it was. */
export function escapeXml(text: string): string {
  return escapeHtml(text).replace(/_(?=x[\dA-F]{4}_)/gi, '_x005F_');
}

/** The name of a place: row 0, column 27 is `AB1`. */
export function placeName(row: number, column: number): string {
  let letters = '';
  for (let rest = column + 1; rest > 0; rest = Math.floor((rest - 1) / 26)) {
    letters = String.fromCharCode(65 + ((rest - 1) % 26)) + letters;
  }
  return `${letters}${row + 1}`;
}
