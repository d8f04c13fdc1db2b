import type { ByteSource } from './byte-source.ts';
import { exifOrientation } from './exif-orientation.ts';
import { CorruptImage, exactly, type HeaderSize } from './image-size.ts';

const HAS_EXIF = 0x08;
/** An animation has a chunk a frame; the EXIF chunk comes after them. */
const MAX_CHUNKS = 5000;

/** WebP (RFC 9649): a RIFF container whose length field says where the image ends. */
export async function readWebp(source: ByteSource): Promise<HeaderSize> {
  const header = await exactly(source, 0, 30);
  const end = 8 + header.readUInt32LE(4);
  if (end > source.sizeBytes) throw new CorruptImage('is shorter than its RIFF header says');
  if (20 + header.readUInt32LE(16) > end) throw new CorruptImage('has a chunk that is longer than the file');
  switch (header.toString('latin1', 12, 16)) {
    case 'VP8 ':
      if (header.readUIntBE(23, 3) !== 0x9d012a) throw new CorruptImage('has no VP8 key frame');
      return { width: header.readUInt16LE(26) & 0x3fff, height: header.readUInt16LE(28) & 0x3fff, orientation: 1 };
    case 'VP8L': {
      if (header.readUInt8(20) !== 0x2f) throw new CorruptImage('has no VP8L signature');
      const bits = header.readUInt32LE(21);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1, orientation: 1 };
    }
    case 'VP8X': {
      const { hasPixels, orientation } = await walkChunks(source, end, (header.readUInt8(20) & HAS_EXIF) !== 0);
      if (!hasPixels) throw new CorruptImage('has no pixels');
      return { width: header.readUIntLE(24, 3) + 1, height: header.readUIntLE(27, 3) + 1, orientation };
    }
    default:
      throw new CorruptImage('begins with an unknown WebP chunk');
  }
}

async function walkChunks(
  source: ByteSource,
  end: number,
  hasExif: boolean,
): Promise<{ hasPixels: boolean; orientation: number }> {
  let hasPixels = false;
  let at = 12;
  for (let chunk = 0; chunk < MAX_CHUNKS && at + 8 <= end; chunk += 1) {
    const header = await exactly(source, at, 8);
    const type = header.toString('latin1', 0, 4);
    const length = header.readUInt32LE(4);
    if (at + 8 + length > end) throw new CorruptImage('has a chunk that is longer than the file');
    hasPixels ||= type === 'VP8 ' || type === 'VP8L' || type === 'ANMF';
    if (hasPixels && !hasExif) break;
    if (type === 'EXIF')
      return { hasPixels, orientation: exifOrientation(withoutPrefix(await source.read(at + 8, length))) };
    at += 8 + length + (length % 2);
  }
  return { hasPixels, orientation: 1 };
}

/** Some writers keep the prefix that only JPEG has. */
function withoutPrefix(exif: Buffer): Buffer {
  return exif.toString('latin1', 0, 6) === 'Exif\0\0' ? exif.subarray(6) : exif;
}
