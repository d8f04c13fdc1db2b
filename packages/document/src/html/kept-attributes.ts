/** Where an attribute's equals sign and its value are in the HTML. */
export interface Attribute {
  readonly equals: number;
  readonly value: number;
}

/** What spans cells, and what says whether a table has borders. */
const KEPT = ['colspan', 'rowspan', 'border'];

/** The first of each kept attribute among a tag's, written plainly; others are dropped. */
export function keptAttributes(html: string, attributes: readonly Attribute[]): string {
  if (attributes.length === 0) return '';
  const kept = new Map<string, string>();
  for (const { equals, value } of attributes) {
    const name = nameBefore(html, equals);
    if (name !== undefined && !kept.has(name)) kept.set(name, ` ${name}="${numberAt(html, value)}"`);
  }
  return [...kept.values()].join('');
}

/** Which of the kept ones it is: its name, and something that parts it from what stands before. */
function nameBefore(html: string, equals: number): string | undefined {
  let end = equals;
  while (/\s/.test(html[end - 1] ?? '')) end -= 1;
  return KEPT.find(
    (name) =>
      html.slice(end - name.length, end).toLowerCase() === name && /[\s/"']/.test(html[end - name.length - 1] ?? ''),
  );
}

/** The HTML standard's rules for a non-negative integer; empty where there is none. */
function numberAt(html: string, from: number): string {
  const digits = /\s*\+?(\d+)/y;
  digits.lastIndex = from;
  const found = digits.exec(html)?.[1] ?? '';
  return found.length > 9 ? '999999999' : found;
}
