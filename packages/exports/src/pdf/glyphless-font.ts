/**
 * A TrueType font in which nothing is to be seen: text in it can be selected and found, and weighs nothing. Glyph 1 stands
 * for every character, glyph 0 for none; which character a code means, and how wide it is, says the PDF.
 *
 * The outline of glyph 1 is a line there and back: as large as a letter, of no area. Without an outline PDFium, which Chrome
 * reads with, takes a text of one character for nothing.
 */

const UNITS_PER_EM = 1000;
/** Of the em: where the top and the bottom of a line are, seen from its baseline. */
export const ASCENT = 800;
export const DESCENT = -200;

const GLYPHS = 2;
const HEAD_ADJUSTMENT_AT = 8;

/** The file of the font: always the same bytes. */
export function glyphlessFont(): Uint8Array {
  const tables: readonly (readonly [string, Buffer])[] = [
    ['glyf', glyph()],
    ['head', head()],
    ['hhea', hhea()],
    ['hmtx', words(UNITS_PER_EM / 2, 0, UNITS_PER_EM / 2, 0)],
    ['loca', words(0, 0, glyph().length / 2)], // in units of two bytes; glyph 0 is empty
    ['maxp', maxp()],
  ];
  const directory = [words(0x0001, 0x0000, tables.length, 64, 2, tables.length * 16 - 64)];
  let offset = 12 + tables.length * 16;
  for (const [tag, table] of tables) {
    directory.push(Buffer.from(tag, 'latin1'), longs(checksum(table), offset, table.length));
    offset += padded(table).length;
  }
  const font = Buffer.concat([...directory, ...tables.map(([, table]) => padded(table))]);
  const headAt = 12 + tables.length * 16 + padded(glyph()).length; // the second table
  font.writeUInt32BE((0xb1b0afba - checksum(font)) >>> 0, headAt + HEAD_ADJUSTMENT_AT);
  return font;
}

function glyph(): Buffer {
  const box = [0, DESCENT, UNITS_PER_EM / 2, ASCENT];
  const points = 3;
  const onCurve = 0x01;
  const [right, up] = [UNITS_PER_EM / 2, ASCENT - DESCENT];
  return Buffer.concat([
    words(1, ...box, points - 1, 0), // one contour, its last point, no instructions
    Buffer.from([onCurve, onCurve, onCurve]),
    words(0, right, -right, DESCENT, up, -up), // steps to the right, then steps up
    Buffer.alloc(1), // to an even length
  ]);
}

function head(): Buffer {
  return Buffer.concat([
    longs(0x00010000, 0x00010000, 0, 0x5f0f3cf5), // version, revision, adjustment (later), magic number
    words(0x0003, UNITS_PER_EM),
    Buffer.alloc(16), // created and changed: never
    words(0, DESCENT, UNITS_PER_EM, ASCENT, 0, 8, 2, 0, 0), // box, style, smallest size, direction, short loca, format
  ]);
}

function hhea(): Buffer {
  return Buffer.concat([
    longs(0x00010000),
    words(ASCENT, DESCENT, 0, UNITS_PER_EM / 2, 0, 0, UNITS_PER_EM / 2, 1, 0, 0, 0, 0, 0, 0, 0, GLYPHS),
  ]);
}

function maxp(): Buffer {
  return Buffer.concat([longs(0x00010000), words(GLYPHS, 3, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0)]);
}

function words(...values: readonly number[]): Buffer {
  const buffer = Buffer.alloc(values.length * 2);
  for (const [index, value] of values.entries()) buffer.writeUInt16BE(value & 0xffff, index * 2);
  return buffer;
}

function longs(...values: readonly number[]): Buffer {
  const buffer = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) buffer.writeUInt32BE(value >>> 0, index * 4);
  return buffer;
}

function padded(table: Buffer): Buffer {
  return Buffer.concat([table, Buffer.alloc((4 - (table.length % 4)) % 4)]);
}

function checksum(table: Buffer): number {
  const bytes = padded(table);
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 4) sum = (sum + bytes.readUInt32BE(at)) >>> 0;
  return sum;
}
