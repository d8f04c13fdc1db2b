import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import opentype, { type Font } from 'opentype.js';
import type { Language } from './truth.ts';

export interface Typeface {
  readonly regular: Font;
  readonly bold: Font;
}

/** The faces of each language, all under the SIL Open Font Licence; Noto Sans has no Chinese, so that gets one of its own. */
const FILES: Readonly<Record<Language, { regular: string; bold: string }>> = {
  English: latin(),
  German: latin(),
  Chinese: {
    regular: '@embedpdf/fonts-sc/fonts/NotoSansHans-Regular.otf',
    bold: '@embedpdf/fonts-sc/fonts/NotoSansHans-Bold.otf',
  },
};

function latin() {
  const file = (weight: number) => `@fontsource/noto-sans/files/noto-sans-latin-${weight}-normal.woff`;
  return { regular: file(400), bold: file(700) };
}

const loaded = new Map<string, Font>();

export function typefaceOf(language: Language): Typeface {
  const { regular, bold } = FILES[language];
  return { regular: load(regular), bold: load(bold) };
}

function load(file: string): Font {
  const known = loaded.get(file);
  if (known !== undefined) return known;
  const bytes = readFileSync(join('node_modules', file));
  const font = opentype.parse(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer);
  loaded.set(file, font);
  return font;
}

/** How far the text reaches, pixels at `size` pixels an em. @throws Error for a character that the font has not */
export function widthOf(font: Font, text: string, size: number): number {
  let units = 0;
  for (const character of text) {
    if (font.charToGlyphIndex(character) === 0) throw new Error(`the font has no ${character}`);
    units += font.charToGlyph(character).advanceWidth ?? 0;
  }
  return (units * size) / font.unitsPerEm;
}
