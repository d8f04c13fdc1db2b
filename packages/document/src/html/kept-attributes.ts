/** Where an attribute's name and its value are in the HTML. */
export interface Attribute {
  readonly name: { readonly from: number; readonly to: number };
  readonly value: number;
}

/** What spans cells, and what says whether a table has borders. */
const KEPT = ['colspan', 'rowspan', 'border'];

/** The first of each kept attribute among a tag's, written plainly; others are dropped. */
export function keptAttributes(html: string, attributes: readonly Attribute[]): string {
  if (attributes.length === 0) return '';
  const kept = new Map<string, string>();
  for (const { name, value } of attributes) {
    const known = keptName(html, name);
    if (known !== undefined && !kept.has(known)) kept.set(known, ` ${known}="${numberAt(html, value)}"`);
  }
  return [...kept.values()].join('');
}

/** Which of the kept ones it is, also behind a quote that closes nothing. */
function keptName(html: string, { from, to }: Attribute['name']): string | undefined {
  if (to - from > 20) return undefined;
  const name = html
    .slice(from, to)
    .replace(/^["']+/, '')
    .toLowerCase();
  return KEPT.find((known) => known === name);
}

/** The HTML standard's rules for a non-negative integer; empty where there is none. */
function numberAt(html: string, from: number): string {
  const digits = /\s*\+?(\d+)/y;
  digits.lastIndex = from;
  const found = digits.exec(html)?.[1] ?? '';
  return found.length > 9 ? '999999999' : found;
}
