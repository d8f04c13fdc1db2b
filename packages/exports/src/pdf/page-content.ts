import type { Page } from '@ocrelay/document';
import { type CharacterCodes, emsOf } from './character-codes.ts';
import { ASCENT, DESCENT } from './glyphless-font.ts';
import type { PlacedLine } from './lines-over.ts';
import type { PageSize } from './page-size.ts';
import { placedLines } from './placed-lines.ts';

/** The operators of a page: its picture over all of it, and the text over the picture, invisible. */
export function pageContent(page: Page, size: PageSize, hasImage: boolean, codes: CharacterCodes): string {
  const { widthPt, heightPt } = size;
  const picture = hasImage ? `q ${decimal(widthPt)} 0 0 ${decimal(heightPt)} 0 0 cm /Page Do Q\n` : '';
  const lines = page.blocks.flatMap(placedLines).filter(({ text }) => text.trim() !== '');
  if (lines.length === 0) return picture;
  return `${picture}BT 3 Tr\n${lines.map((line) => lineContent(line, size, codes)).join('')}ET\n`;
}

/** A line fills its box: as high as it, and drawn out or pressed together to its width. */
function lineContent({ text, box }: PlacedLine, size: PageSize, codes: CharacterCodes): string {
  const [x1, y1, x2, y2] = [
    clamp(box[0], size.widthPx),
    clamp(box[1], size.heightPx),
    clamp(box[2], size.widthPx),
    clamp(box[3], size.heightPx),
  ];
  const height = Math.max(y2 - y1, 1) * size.pixelHeightPt;
  const width = Math.max(x2 - x1, 1) * size.pixelWidthPt;
  const shown = text.trim();
  const fontSize = (height * 1000) / (ASCENT - DESCENT);
  const scale = (100 * width) / (Math.max(emsOf(shown), 0.5) * fontSize);
  const baseline = size.heightPt - y2 * size.pixelHeightPt - (fontSize * DESCENT) / 1000;
  const at = `${decimal(x1 * size.pixelWidthPt)} ${decimal(baseline)}`;
  return `/Text ${decimal(fontSize)} Tf ${decimal(scale)} Tz 1 0 0 1 ${at} Tm <${codes.encode(shown)}> Tj\n`;
}

function clamp(value: number, max: number): number {
  return Math.min(Math.max(value, 0), max);
}

/** As PDF writes numbers: never with an exponent. */
function decimal(value: number): string {
  return String(Number(value.toFixed(3)));
}
