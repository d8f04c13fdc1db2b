/** Where an attribute's equals sign and its value are in the HTML. */
export interface Attribute {
  readonly equals: number;
  readonly value: number;
}

/** The first `colspan` and the first `rowspan` among a tag's attributes, written plainly; others are dropped. */
export function keptAttributes(html: string, attributes: readonly Attribute[]): string {
  let colspan = '';
  let rowspan = '';
  for (const { equals, value } of attributes) {
    const name = nameBefore(html, equals);
    if (name === 'colspan' && colspan === '') colspan = ` colspan="${numberAt(html, value)}"`;
    if (name === 'rowspan' && rowspan === '') rowspan = ` rowspan="${numberAt(html, value)}"`;
  }
  return colspan + rowspan;
}

/** Both names have seven letters, and something that parts them from what stands before. */
function nameBefore(html: string, equals: number): string {
  let end = equals;
  while (/\s/.test(html[end - 1] ?? '')) end -= 1;
  const parted = /[\s/"']/.test(html[end - 8] ?? '');
  return parted ? html.slice(end - 7, end).toLowerCase() : '';
}

/** The HTML standard's rules for a non-negative integer; empty where there is none. */
function numberAt(html: string, from: number): string {
  const digits = /\s*\+?(\d+)/y;
  digits.lastIndex = from;
  const found = digits.exec(html)?.[1] ?? '';
  return found.length > 9 ? '999999999' : found;
}
