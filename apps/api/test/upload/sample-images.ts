import sharp, { type Sharp } from 'sharp';

/** A noisy image, so that its pixels take up room in every format. */
export function picture(width = 120, height = 80): Sharp {
  const pixels = Buffer.from(Array.from({ length: width * height * 3 }, (_, at) => (at * 2654435761) >>> 24));
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

/** A BMP of 24 bits a pixel. */
export function bmp(width = 120, height = 80): Buffer {
  const rowBytes = Math.ceil((width * 3) / 4) * 4;
  const bytes = Buffer.alloc(54 + rowBytes * height, 0x5a);
  bytes.fill(0, 0, 54);
  bytes.write('BM', 0, 'latin1');
  bytes.writeUInt32LE(bytes.length, 2);
  bytes.writeUInt32LE(54, 10);
  bytes.writeUInt32LE(40, 14);
  bytes.writeInt32LE(width, 18);
  bytes.writeInt32LE(height, 22);
  bytes.writeUInt16LE(1, 26);
  bytes.writeUInt16LE(24, 28);
  return bytes;
}

/** One image of 120 × 80 pixels in each format and in each form that differs in its header. */
export async function samples(): Promise<Record<string, { contentType: string; bytes: Buffer }>> {
  const sample = async (contentType: string, made: Sharp) => ({ contentType, bytes: await made.toBuffer() });
  return {
    png: await sample('image/png', picture().png()),
    jpeg: await sample('image/jpeg', picture().jpeg()),
    'progressive jpeg': await sample('image/jpeg', picture().jpeg({ progressive: true })),
    'lossy webp': await sample('image/webp', picture().webp()),
    'lossless webp': await sample('image/webp', picture().webp({ lossless: true })),
    'webp with metadata': await sample('image/webp', picture().withMetadata({ orientation: 1 }).webp()),
    'tiff in strips': await sample('image/tiff', picture().tiff({ compression: 'lzw' })),
    'tiff in tiles': await sample(
      'image/tiff',
      picture().tiff({ tile: true, tileWidth: 64, tileHeight: 64, compression: 'deflate' }),
    ),
    bmp: { contentType: 'image/bmp', bytes: bmp() },
  };
}
