import type { ByteSource } from './byte-source.ts';
import { CorruptImage, exactly, type HeaderSize } from './image-size.ts';

const CORE_HEADER_BYTES = 12;
const INFO_HEADERS = new Set([40, 52, 56, 64, 108, 124]);
const DEPTHS = new Set([1, 2, 4, 8, 16, 24, 32]);
const UNCOMPRESSED = new Set([0, 3, 6]);
/** Run lengths, and a whole JPEG or PNG. */
const COMPRESSED = new Set([1, 2, 4, 5]);

/**
 * BMP (Windows BITMAPFILEHEADER and its info headers). There is no end marker, and writers get the file size field wrong, so the
 * pixels themselves must lie inside the file.
 */
export async function readBmp(source: ByteSource): Promise<HeaderSize> {
  const header = await exactly(source, 0, 26);
  const infoBytes = header.readUInt32LE(14);
  const info = infoBytes === CORE_HEADER_BYTES ? readCore(header) : await readInfo(source, infoBytes);
  if (!DEPTHS.has(info.bitsPerPixel)) throw new CorruptImage('has an impossible number of bits per pixel');
  if (!UNCOMPRESSED.has(info.compression) && !COMPRESSED.has(info.compression))
    throw new CorruptImage('is compressed in a way that BMP does not know');
  const rowBytes = Math.ceil((info.width * info.bitsPerPixel) / 32) * 4;
  // Run lengths say how long they are; zero would leave the header's word for the whole file.
  const fromHeader =
    info.dataBytes > 0 ? info.dataBytes : Math.max(1, header.readUInt32LE(2) - header.readUInt32LE(10));
  const pixelBytes = UNCOMPRESSED.has(info.compression) ? rowBytes * info.height : fromHeader;
  const pixelsAt = header.readUInt32LE(10);
  if (pixelsAt < 14 + infoBytes || pixelsAt + pixelBytes > source.sizeBytes)
    throw new CorruptImage('ends before its last row of pixels');
  return { width: info.width, height: info.height, orientation: 1 };
}

interface Info {
  readonly width: number;
  readonly height: number;
  readonly bitsPerPixel: number;
  readonly compression: number;
  readonly dataBytes: number;
}

function readCore(header: Buffer): Info {
  const bitsPerPixel = header.readUInt16LE(24);
  return {
    width: header.readUInt16LE(18),
    height: header.readUInt16LE(20),
    bitsPerPixel,
    compression: 0,
    dataBytes: 0,
  };
}

async function readInfo(source: ByteSource, infoBytes: number): Promise<Info> {
  if (!INFO_HEADERS.has(infoBytes)) throw new CorruptImage('has an unknown BMP header');
  const header = await exactly(source, 0, 54);
  return {
    width: Math.max(0, header.readInt32LE(18)),
    height: Math.abs(header.readInt32LE(22)), // negative: rows from top to bottom
    bitsPerPixel: header.readUInt16LE(28),
    compression: header.readUInt32LE(30),
    dataBytes: header.readUInt32LE(34),
  };
}
