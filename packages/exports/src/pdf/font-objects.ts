import type { PDFContext, PDFRef } from '@cantoo/pdf-lib';
import { PDFString } from '@cantoo/pdf-lib';
import type { CharacterCodes } from './character-codes.ts';
import { ASCENT, DESCENT, glyphlessFont } from './glyphless-font.ts';

const NAME = 'Glyphless';
const SYMBOLIC = 4;

/** The font of the invisible text, registered under `ref` when all codes are known. */
export function assignFont(context: PDFContext, ref: PDFRef, codes: CharacterCodes): void {
  const widths = codes.widths();
  const file = glyphlessFont();
  const descriptor = context.obj({
    Type: 'FontDescriptor',
    FontName: NAME,
    Flags: SYMBOLIC,
    FontBBox: [0, DESCENT, 1000, ASCENT],
    ItalicAngle: 0,
    Ascent: ASCENT,
    Descent: DESCENT,
    CapHeight: ASCENT,
    StemV: 80,
    FontFile2: context.register(context.flateStream(file, { Length1: file.length })),
  });
  const descendant = context.obj({
    Type: 'Font',
    Subtype: 'CIDFontType2',
    BaseFont: NAME,
    CIDSystemInfo: { Registry: PDFString.of('Adobe'), Ordering: PDFString.of('Identity'), Supplement: 0 },
    FontDescriptor: context.register(descriptor),
    DW: 500,
    W: [1, widths],
    CIDToGIDMap: context.register(context.flateStream(toOneGlyph(widths.length))),
  });
  const font = context.obj({
    Type: 'Font',
    Subtype: 'Type0',
    BaseFont: NAME,
    Encoding: 'Identity-H',
    DescendantFonts: [context.register(descendant)],
    ToUnicode: context.register(context.flateStream(codes.toUnicode())),
  });
  context.assign(ref, font);
}

/** Glyph 1 for each code from 1 on, two bytes each. */
function toOneGlyph(codes: number): Uint8Array {
  const map = Buffer.alloc((codes + 1) * 2);
  for (let code = 1; code <= codes; code += 1) map.writeUInt16BE(1, code * 2);
  return map;
}
