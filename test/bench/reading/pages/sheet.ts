import type { Font, PathCommand } from 'opentype.js';
import sharp from 'sharp';
import { widthOf } from './fonts.ts';
import type { TruthBox } from './truth.ts';

/** One byte a pixel, 0 black, rows from the top. */
export interface GrayImage {
  readonly gray: Buffer;
  readonly width: number;
  readonly height: number;
}

/** White paper to draw on. Letters are outlines, so that no font need be installed and all machines draw the same. */
export interface Sheet {
  readonly width: number;
  readonly height: number;
  /** @param baseline y of the line's foot. @returns where it stands */
  write(font: Font, size: number, x: number, baseline: number, text: string): TruthBox;
  /** A straight stroke of so many pixels' width. */
  rule(x1: number, y1: number, x2: number, y2: number, width: number): void;
  /** SVG in pixels of the sheet. */
  draw(svg: string): void;
  toImage(): Promise<GrayImage>;
}

export function createSheet(width: number, height: number): Sheet {
  const shapes: string[] = [];
  return {
    width,
    height,
    write(font, size, x, baseline, text) {
      const right = x + widthOf(font, text, size);
      let pen = x;
      for (const character of text) {
        const glyph = font.charToGlyph(character);
        shapes.push(`<path d="${outline(glyph.getPath(pen, baseline, size).commands)}"/>`);
        pen += ((glyph.advanceWidth ?? 0) * size) / font.unitsPerEm;
      }
      return [x, baseline - 0.8 * size, right, baseline + 0.2 * size];
    },
    rule(x1, y1, x2, y2, stroke) {
      shapes.push(
        `<path d="M${x1} ${y1}L${x2} ${y2}" stroke="#000" stroke-width="${stroke}" stroke-linecap="square"/>`,
      );
    },
    draw(svg) {
      shapes.push(svg);
    },
    async toImage() {
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="#fff"/><g fill="#111">${shapes.join('')}</g></svg>`;
      const gray = await sharp(Buffer.from(svg), { unlimited: true })
        .toColourspace('b-w')
        .extractChannel(0)
        .raw()
        .toBuffer();
      return { gray, width, height };
    },
  };
}

/** The package's own `toPathData` tears letters apart here and there. */
function outline(commands: readonly PathCommand[]): string {
  return commands
    .map(
      ({ type, x1, y1, x2, y2, x, y }) =>
        type +
        [x1, y1, x2, y2, x, y]
          .filter((n) => n !== undefined)
          .map((n) => n.toFixed(2))
          .join(' '),
    )
    .join('');
}
