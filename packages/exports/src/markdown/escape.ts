import { printable } from '../text/printable.ts';

/** What Markdown, GitHub's and others', gives a meaning to wherever it stands. */
const MEANINGFUL = /[\\`*_{}[\]#~$^]/g;

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '|': '&#124;' };

/**
 * What a line is by its first characters: a list, a line under a heading or a table's head, a rule. `1.` and `1)` are lists,
 * `1.5` is none. Marked characters that are escaped anyway are none of these any more.
 */
const LINE_MARKER = /^[-+=:]|^(\d{1,9})(?=[.)](?:\s|$))/;

/**
 * What becomes a link of itself. The escape of the colon or the point stops it in the source; mail addresses GitHub finds when
 * escapes are gone, so a comment, which is nothing when shown, has to part them.
 */
const URL_SCHEME = /(https?|ftp|mailto|xmpp):/gi;
const WWW = /(www)\./gi;
const MAIL_SIGN = /(?<=[\p{L}\p{N}.+_-])@(?=[\p{L}\p{N}._-])/gu;

/** A text as one line of Markdown that reads as the text and is nothing else. Runs of blanks are one, as when shown. */
export function escapeLine(text: string): string {
  const line = printable(text).replace(/\s+/gu, ' ').trim();
  return line
    .replace(MEANINGFUL, '\\$&')
    .replace(/[&<>|]/g, (character) => ENTITIES[character] ?? '')
    .replace(MAIL_SIGN, '@<!-- -->')
    .replace(URL_SCHEME, '$1\\:')
    .replace(WWW, '$1\\.')
    .replace(LINE_MARKER, (marker, digits) => (digits === undefined ? `\\${marker}` : `${digits}\\`));
}

/** A text with its line ends kept, as they may stand in a table: by a tag. */
export function escapeWithBreaks(text: string): string {
  return lines(text).join('<br>');
}

/** A text as a paragraph that keeps its lines. */
export function escapeParagraph(text: string): string {
  return lines(text).join('\\\n');
}

function lines(text: string): string[] {
  return printable(text)
    .split('\n')
    .map(escapeLine)
    .filter((line) => line !== '');
}
