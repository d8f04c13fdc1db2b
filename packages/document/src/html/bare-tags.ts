import { keptAttributes } from './kept-attributes.ts';
import { isOfTable, type ScannedTag, scanTag } from './scan-tag.ts';

/** HTML of which a tokenizer can make nothing but what is meant, and what had to be done for that. */
export interface BareHtml {
  readonly html: string;
  /** Comments that were left out. */
  readonly comments: number;
  /** Tags and comments that never end and are text, tags that another one ends, quotes that are never closed. */
  readonly broken: number;
}

/** Where the HTML standard begins a tag or a comment. */
const BEGINS_MARKUP = /[a-z!?/]/i;

/**
 * HTML with its tags reduced to their names and the few attributes that are read, and without comments; text and character
 * references stay as they are.
 *
 * A `<` that begins no whole tag or comment is text, and so is all behind it: OCR writes `n<N`, and no text of a cell may
 * vanish in a tag. Whole is a tag that has nothing but attributes with values, and ends before the next `<`; one of a table
 * may hold anything. Takes time in proportion to the length: every letter is looked at once, or a few times.
 */
export function bareTags(html: string): BareHtml {
  const kept: string[] = [];
  const lastComment = html.lastIndexOf('-->');
  let comments = 0;
  let broken = 0;
  let at = 0;

  const keep = (end: number) => {
    if (end > at) kept.push(html.slice(at, end).replaceAll('<', '&lt;'));
    at = end;
  };
  for (let open = html.indexOf('<'); open !== -1; open = html.indexOf('<', Math.max(at, open + 1))) {
    keep(open);
    if (!BEGINS_MARKUP.test(html[open + 1] ?? '')) continue;
    if (html.startsWith('<!--', open) && lastComment >= open + 2) {
      at = html.indexOf('-->', open + 2) + 3; // `<!-->` is a comment, too
      comments += 1;
      continue;
    }
    const declared = endOfDeclaration(html, open);
    if (declared !== null) {
      at = declared;
      continue;
    }
    const tag = scanTag(html, open);
    const { isTag, isRepaired, until } = tag === null ? NO_TAG : judged(tag);
    if (isRepaired) broken += 1;
    if (tag === null) continue;
    if (isTag) {
      kept.push(`<${tag.closes ? '/' : ''}${tag.name}${keptAttributes(html, tag.attributes)}>`);
      at = until;
    }
    keep(tag.until);
  }
  keep(html.length);
  return { html: kept.join(''), comments, broken };
}

const NO_TAG = { isTag: false, isRepaired: true, until: 0 };

/** Whether it is a tag or text, and up to where it is a tag. */
function judged(tag: ScannedTag): typeof NO_TAG {
  const makesTable = isOfTable(tag.name);
  const isWhole = tag.end === 'closed' && (makesTable || !tag.hasBareWords);
  const isTag = isWhole || (makesTable && tag.end === 'next_tag');
  return { isTag, isRepaired: !isWhole || tag.hasOpenQuote, until: isWhole ? tag.until : tag.soundUntil };
}

/** Behind `<!doctype html>` or `<?xml … ?>`; null where there is none. */
function endOfDeclaration(html: string, open: number): number | null {
  const declaration = /<!doctype(?:\s[^<>]*)?>|<\?[a-z][^<>]*[?/]>/iy;
  declaration.lastIndex = open;
  return declaration.test(html) ? declaration.lastIndex : null;
}
