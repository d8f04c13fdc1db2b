/** The text of a piece of HTML keeps where its lines end: a line feed is never one of the source, there it is a space. */
export const LINE_BREAK = '\n';

/** A marked text in one line. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** A marked text in its lines, parted by line feeds; empty ones are left out. */
export function inLines(text: string): string {
  if (!text.includes(LINE_BREAK)) return oneLine(text);
  return text
    .split(LINE_BREAK)
    .map(oneLine)
    .filter((line) => line !== '')
    .join('\n');
}

/** Whether a marked text says anything. */
export function isWord(text: string): boolean {
  return /\S/.test(text);
}
