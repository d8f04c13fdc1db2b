/**
 * The text of a piece of HTML keeps where its lines end: a line feed is never one of the source, there it is a space, and
 * a NUL is in no text, since the tokenizer gives none out.
 */
export const LINE_BREAK = '\n';
/** The end of a paragraph parts lines as its beginning does, but in a single line it parts no words. */
export const PARAGRAPH_END = '\0';

/** A marked text in one line. */
export function oneLine(text: string): string {
  return text.replaceAll(PARAGRAPH_END, '').replace(/\s+/g, ' ').trim();
}

/** A marked text in its lines, parted by line feeds; empty ones are left out. */
export function inLines(text: string): string {
  if (!text.includes(LINE_BREAK) && !text.includes(PARAGRAPH_END)) return oneLine(text);
  return text
    .split(/[\n\0]/)
    .map(oneLine)
    .filter((line) => line !== '')
    .join('\n');
}

/** Whether a marked text says anything. */
export function isWord(text: string): boolean {
  return /[^\s\0]/.test(text);
}
