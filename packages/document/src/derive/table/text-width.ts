/** How wide a text is printed, in letters: those of Chinese, Japanese and Korean take the room of two. At most `most`. */
export function textWidth(text: string, most: number): number {
  let width = 0;
  for (const letter of text.slice(0, 2 * most)) width += (letter.codePointAt(0) ?? 0) >= 0x2e80 ? 2 : 1;
  return Math.min(width, most);
}
