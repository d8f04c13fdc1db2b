import { cutLine } from '../cut-line.ts';
import type { Box, Line, Page } from '../page.ts';
import { isGerman } from './is-german.ts';
import { lendLetters } from './lend-letters.ts';
import type { SecondReader } from './second-reader.ts';

/** Where a letter may be missing: in words, and behind amounts a €. Other figures are read once. */
const MAY_LACK = /\p{Script=Latin}|\d,\d\d(?!\d)/u;

/** So much more than the line's box is read, on each side, as a share of its height: the dots of Ä, Ö and Ü reach beyond it. */
const ROOM = 0.15;

/**
 * Reads the lines of a German page a second time, for the letters that the first model has not. Lines of other pages, in which
 * such letters are not expected, come back as they are.
 *
 * @param page that their boxes are of
 * @throws Error when the second reader fails
 */
export async function mendLetters<Read extends { readonly line: Line }>(
  read: readonly Read[],
  page: Page,
  reader: SecondReader,
): Promise<Read[]> {
  if (!isGerman(read.map(({ line }) => line.text))) return [...read];
  const mended: Read[] = [];
  for (const one of read) {
    const { text, box } = one.line;
    if (!MAY_LACK.test(text)) {
      mended.push(one);
      continue;
    }
    const second = await reader.read(await cutLine(page, withRoom(box, page)));
    mended.push({ ...one, line: { ...one.line, text: lendLetters(text, second) } });
  }
  return mended;
}

function withRoom({ left, top, right, bottom }: Box, page: Page): Box {
  const room = Math.round(ROOM * (bottom - top));
  return {
    left: Math.max(0, left - room),
    top: Math.max(0, top - room),
    right: Math.min(page.width, right + room),
    bottom: Math.min(page.height, bottom + room),
  };
}
