import { UnreadableImage } from './unreadable-image.ts';

/** Pixels as they lie in memory: rows from the top, 3 bytes a pixel (red, green, blue), no padding. */
export interface RgbPixels {
  readonly data: Buffer;
  readonly width: number;
  readonly height: number;
}

/** True for what starts as a Windows bitmap does. libvips, which decodes everything else, does not know this format. */
export function isBmp(bytes: Buffer): boolean {
  return bytes.length > 54 && bytes.toString('latin1', 0, 2) === 'BM';
}

/**
 * Decodes an uncompressed Windows bitmap of 1, 4, 8, 24 or 32 bits a pixel (BITMAPINFOHEADER or newer).
 *
 * @param maxPixels of a larger image nothing is allocated
 * @throws UnreadableImage for a compressed, truncated or absurd one
 */
export function decodeBmp(bytes: Buffer, maxPixels: number): RgbPixels {
  const headerSize = bytes.readUInt32LE(14);
  const width = bytes.readInt32LE(18);
  const signedHeight = bytes.readInt32LE(22);
  const bits = bytes.readUInt16LE(28);
  const compression = bytes.readUInt32LE(30);
  const height = Math.abs(signedHeight);
  if (headerSize < 40 || width <= 0 || height === 0) throw new UnreadableImage('The BMP image has a damaged header.');
  if (width * height > maxPixels) throw new UnreadableImage(`The image has more than ${maxPixels} pixels.`);
  const plain = compression === 0 || (compression === 3 && bits === 32);
  if (!plain || ![1, 4, 8, 24, 32].includes(bits)) {
    throw new UnreadableImage('This kind of BMP image (compressed or 16-bit) is not supported; save it as PNG.');
  }
  const stride = Math.ceil((width * bits) / 32) * 4;
  const start = bytes.readUInt32LE(10);
  if (start + stride * height > bytes.length) throw new UnreadableImage('The BMP image ends too early.');
  const palette = 14 + headerSize;
  const data = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y++) {
    const row = start + stride * (signedHeight > 0 ? height - 1 - y : y);
    for (let x = 0; x < width; x++) {
      const from = bits >= 24 ? row + (x * bits) / 8 : palette + 4 * paletteIndex(bytes, row, x, bits);
      const to = (y * width + x) * 3;
      data[to] = bytes[from + 2] ?? 0;
      data[to + 1] = bytes[from + 1] ?? 0;
      data[to + 2] = bytes[from] ?? 0;
    }
  }
  return { data, width, height };
}

function paletteIndex(bytes: Buffer, row: number, x: number, bits: number): number {
  const byte = bytes[row + Math.floor((x * bits) / 8)] ?? 0;
  return (byte >> (8 - bits - ((x * bits) % 8))) & (2 ** bits - 1);
}
