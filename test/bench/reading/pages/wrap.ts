import type { Font } from 'opentype.js';
import { widthOf } from './fonts.ts';

/** Breaks text into lines of at most `width` pixels: between words, in Chinese between characters. */
export function wrap(font: Font, size: number, text: string, width: number): string[] {
  const pieces = text.match(/\p{Script=Han}[，。、）：]?|[^\p{Script=Han}\s]+\s*|\s+/gu) ?? [];
  const lines: string[] = [];
  let line = '';
  for (const piece of pieces) {
    if (line !== '' && widthOf(font, (line + piece).trimEnd(), size) > width) {
      lines.push(line.trimEnd());
      line = '';
    }
    line += piece;
  }
  if (line.trim() !== '') lines.push(line.trimEnd());
  return lines;
}
