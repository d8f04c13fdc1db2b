import type { Attribute } from './kept-attributes.ts';

/** What stands between a `<` and where its tag ends. */
export interface ScannedTag {
  readonly name: string;
  /** Whether it is an end tag. */
  readonly closes: boolean;
  /** Those that have a value. */
  readonly attributes: readonly Attribute[];
  /** What ends it: its `>`, the `<` of the next tag, or nothing but the end of the HTML. */
  readonly end: 'closed' | 'next_tag' | 'never';
  /** Behind its `>`, or where else it ends. */
  readonly until: number;
  /** Behind the last attribute before which all is as it should be. */
  readonly soundUntil: number;
  /** Words that have no value, as those in `a <b and c> d`. */
  readonly hasBareWords: boolean;
  readonly hasOpenQuote: boolean;
}

const OF_TABLE = '(?:table|caption|colgroup|col|thead|tbody|tfoot|tr|td|th)';
const TABLE_NAME = new RegExp(`^${OF_TABLE}$`, 'i');
/** Never stands in an attribute: before it the value had its end, and somebody forgot the quote. */
const TABLE_TAG = new RegExp(`</?${OF_TABLE}[\\s/>]`, 'i');

/** Whether tags of this name make a table. */
export function isOfTable(name: string): boolean {
  return TABLE_NAME.test(name);
}

/**
 * The tag that begins here; null where no name of one does. As in the HTML standard quotes count only after an equals sign;
 * other than there an unquoted `<` ends a tag, and a quote that is never closed counts for nothing.
 */
export function scanTag(html: string, open: number): ScannedTag | null {
  const name = /<(?:(\/)\s*)?([a-z][\w:-]*)(?=[\s/<>]|$)/iy;
  name.lastIndex = open;
  const [, slash, written] = name.exec(html) ?? [];
  if (written === undefined) return null;
  const attributes: Attribute[] = [];
  let until = name.lastIndex;
  let soundUntil = until;
  let isSound = true;
  let hasBareWords = false;
  let hasOpenQuote = false;
  const ended = (end: ScannedTag['end'], at: number): ScannedTag => {
    const closes = slash === '/';
    return { name: written, closes, attributes, end, until: at, soundUntil, hasBareWords, hasOpenQuote };
  };
  for (;;) {
    until = skip(html, /[\s/]*/y, until);
    if (until >= html.length) return ended('never', html.length);
    if (html[until] === '>') return ended('closed', until + 1);
    if (html[until] === '<') return ended('next_tag', until);
    const nameEnd = skip(html, /[^\s/<>=]*/y, until);
    const value = skip(html, /\s*=\s*/y, nameEnd);
    if (value === nameEnd) {
      hasBareWords = true;
      isSound = false;
      until = nameEnd;
      continue;
    }
    const quote = /["']/.exec(html[value] ?? '')?.[0] ?? '';
    attributes.push({ name: { from: until, to: nameEnd }, value: value + quote.length });
    const closing = quote === '' ? null : endOfQuoted(html, quote, value + 1);
    if (quote !== '' && closing === null) {
      hasOpenQuote = true;
      isSound = false;
    }
    until = closing ?? skip(html, /[^\s<>]*/y, value);
    if (isSound) soundUntil = until;
  }
}

/** Behind a value's closing quote; null where it has none before the next tag of a table. */
function endOfQuoted(html: string, quote: string, from: number): number | null {
  const found = html.indexOf(quote, from);
  return found === -1 || TABLE_TAG.test(html.slice(from, found)) ? null : found + 1;
}

/** Behind what matches right here. */
function skip(html: string, sticky: RegExp, from: number): number {
  sticky.lastIndex = from;
  return sticky.test(html) ? sticky.lastIndex : from;
}
