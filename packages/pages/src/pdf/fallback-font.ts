/** The font for what a PDF says in Chinese or Japanese and brings no font along for. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const HEADER_BYTES = 12;
const RECORD_BYTES = 16;
/** Within the table `OS/2`: ulCodePageRange1, and in it the bit of Traditional Chinese (OpenType 1.9). */
const CODE_PAGES_AT = 78;
const BIG5 = 1 << 20;

let loaded: Promise<Uint8Array> | undefined;

/** Noto Sans Hans, all of an OpenType file; read once. */
export function fallbackFont(): Promise<Uint8Array> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<Uint8Array> {
  const entry = pathToFileURL(createRequire(import.meta.url).resolve('@embedpdf/fonts-sc'));
  const font = await readFile(new URL('../fonts/NotoSansHans-Regular.otf', entry));
  offerForBig5(font);
  return font;
}

/** It has the characters of Big5, and does not say so; PDFium goes by what a font says. */
function offerForBig5(font: Buffer): void {
  const tables = font.readUInt16BE(4);
  for (let table = 0; table < tables; table += 1) {
    const record = HEADER_BYTES + table * RECORD_BYTES;
    if (font.toString('latin1', record, record + 4) !== 'OS/2') continue;
    const at = font.readUInt32BE(record + 8) + CODE_PAGES_AT;
    font.writeUInt32BE((font.readUInt32BE(at) | BIG5) >>> 0, at);
  }
}
