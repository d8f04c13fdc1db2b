import { type Attribute, keptAttributes } from './kept-attributes.ts';

/**
 * HTML with its tags reduced to their names and the few attributes that are read, and without comments; text and character
 * references stay as they are.
 *
 * A tag ends where the HTML standard says: quotes count only after an equals sign, and what is never closed is dropped.
 * Takes time in proportion to the length, which the attributes of one tag would not in a parser that keeps them apart.
 */
export function bareTags(html: string): string {
  const kept: string[] = [];
  let at = 0;
  for (;;) {
    const open = nextTag(html, at);
    if (open === -1) return kept.join('') + html.slice(at);
    kept.push(html.slice(at, open));
    if (html.startsWith('<!--', open)) {
      at = after(html, '-->', open + 2); // `<!-->` is a comment, too
    } else if (html[open + 1] === '!' || html[open + 1] === '?') {
      at = after(html, '>', open);
    } else {
      const name = /[^\s/>]*/y;
      name.lastIndex = open + (html[open + 1] === '/' ? 2 : 1);
      name.exec(html);
      const attributes: Attribute[] = [];
      at = endOfTag(html, name.lastIndex, attributes);
      if (at <= html.length) kept.push(`${html.slice(open, name.lastIndex)}${keptAttributes(html, attributes)}>`);
    }
    if (at > html.length) return kept.join('');
  }
}

/** Where the next `<` is that begins a tag or a comment; -1 when there is none. A lone one is text. */
function nextTag(html: string, from: number): number {
  for (let at = html.indexOf('<', from); at !== -1; at = html.indexOf('<', at + 1))
    if (/[a-z!?]/i.test(html[at + 1] ?? '') || (html[at + 1] === '/' && /[a-z]/i.test(html[at + 2] ?? ''))) return at;
  return -1;
}

/** Behind what is looked for; beyond the end when it never comes. */
function after(html: string, wanted: string, from: number): number {
  const found = html.indexOf(wanted, from);
  return found === -1 ? Number.POSITIVE_INFINITY : found + wanted.length;
}

/** Behind the `>` that closes a tag, from behind its name. Adds the attributes that have a value. */
function endOfTag(html: string, from: number, attributes: Attribute[]): number {
  const next = /[>=]/g;
  next.lastIndex = from;
  for (;;) {
    const found = next.exec(html);
    if (found === null) return Number.POSITIVE_INFINITY;
    if (found[0] === '>') return next.lastIndex;
    const value = /\s*/y;
    value.lastIndex = next.lastIndex;
    value.exec(html);
    const quote = html[value.lastIndex] ?? '';
    if (quote !== '"' && quote !== "'") {
      attributes.push({ equals: found.index, value: value.lastIndex });
      continue;
    }
    attributes.push({ equals: found.index, value: value.lastIndex + 1 });
    const end = after(html, quote, value.lastIndex + 1);
    if (end > html.length) return end;
    next.lastIndex = end;
  }
}
