import { type ByteSource, findBytes } from './byte-source.ts';
import { exifOrientation } from './exif-orientation.ts';
import { CorruptImage, exactly, type HeaderSize } from './image-size.ts';

const IEND = Buffer.from([0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82]);
/** Real files have a dozen chunks before their pixels. */
const MAX_CHUNKS = 1000;

/** PNG (W3C, third edition): IHDR first, then chunks up to the pixels, and the IEND chunk at the end or before appended bytes. */
export async function readPng(source: ByteSource): Promise<HeaderSize> {
  const header = await exactly(source, 0, 33);
  if (header.readUInt32BE(8) !== 13 || header.toString('latin1', 12, 16) !== 'IHDR')
    throw new CorruptImage('does not begin with an IHDR chunk');
  if (!isUsable(header)) throw new CorruptImage('has a header that PNG does not know');
  const { pixelsAt, orientation } = await walkToPixels(source);
  const last = await source.read(source.sizeBytes - IEND.length, IEND.length);
  if (!last.equals(IEND) && (await findBytes(source, IEND, pixelsAt)) === -1)
    throw new CorruptImage('ends before its IEND chunk');
  return { width: header.readUInt32BE(16), height: header.readUInt32BE(20), orientation };
}

/** Bits a sample, by colour type. */
const DEPTHS: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};

/** Depth and colour type that go together, and the one compression, the one filter and the two interlacings there are. */
function isUsable(header: Buffer): boolean {
  const [depth, colour, compression, filter, interlace] = header.subarray(24, 29);
  const fits = DEPTHS[colour ?? -1]?.includes(depth ?? -1) ?? false;
  return fits && compression === 0 && filter === 0 && (interlace === 0 || interlace === 1);
}

async function walkToPixels(source: ByteSource): Promise<{ pixelsAt: number; orientation: number }> {
  let orientation = 1;
  let at = 33;
  for (let chunk = 0; chunk < MAX_CHUNKS; chunk += 1) {
    const header = await exactly(source, at, 8);
    const type = header.toString('latin1', 4, 8);
    const length = header.readUInt32BE(0);
    if (type === 'IDAT' && at + 12 + length > source.sizeBytes) throw new CorruptImage('ends within its pixels');
    if (type === 'IDAT') return { pixelsAt: at, orientation };
    if (type === 'IEND') throw new CorruptImage('has no pixels');
    if (type === 'eXIf') orientation = exifOrientation(await source.read(at + 8, length));
    at += 12 + length;
  }
  throw new CorruptImage('has too many chunks before its pixels');
}
