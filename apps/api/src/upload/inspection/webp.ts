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
  const length = header.readUInt32LE(16);
  if (20 + length > end) throw new CorruptImage('has a chunk that is longer than the file');
  const type = header.toString('latin1', 12, 16);
  if (type === 'VP8X') {
    const canvas = { width: header.readUIntLE(24, 3) + 1, height: header.readUIntLE(27, 3) + 1 };
    const { hasPixels, orientation } = await walkChunks(source, end, canvas, (header.readUInt8(20) & HAS_EXIF) !== 0);
    if (!hasPixels) throw new CorruptImage('has no pixels');
    return { ...canvas, orientation };
  }
  const frame = frameSize(type, length, header.subarray(20));
  if (frame === null) throw new CorruptImage('begins with an unknown WebP chunk');
  return { ...frame, orientation: 1 };
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The beginning of a chunk's content that says how large its frame is. */
const FRAME_BYTES = 10;

/** The size that a chunk of pixels says; null for any other chunk. */
function frameSize(type: string, length: number, content: Buffer): Size | null {
  if (type === 'VP8 ') {
    if (length < FRAME_BYTES || content.readUIntBE(3, 3) !== 0x9d012a) throw new CorruptImage('has no VP8 key frame');
    return { width: content.readUInt16LE(6) & 0x3fff, height: content.readUInt16LE(8) & 0x3fff };
  }
  if (type !== 'VP8L') return null;
  if (length < 5 || content.readUInt8(0) !== 0x2f) throw new CorruptImage('has no VP8L signature');
  const bits = content.readUInt32LE(1);
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
}

/** The canvas is what we go by: a frame of another size would be what decoders make room for. */
async function requireFit(source: ByteSource, type: string, length: number, at: number, canvas: Size): Promise<void> {
  if (type !== 'VP8 ' && type !== 'VP8L') return;
  const content = await exactly(source, at, Math.min(FRAME_BYTES, length));
  const frame = frameSize(type, length, content);
  if (frame?.width !== canvas.width || frame.height !== canvas.height)
    throw new CorruptImage('has a frame that is not as large as its canvas');
}

async function walkChunks(
  source: ByteSource,
  end: number,
  canvas: Size,
  hasExif: boolean,
): Promise<{ hasPixels: boolean; orientation: number }> {
  let hasPixels = false;
  let at = 12;
  for (let chunk = 0; chunk < MAX_CHUNKS && at + 8 <= end; chunk += 1) {
    const header = await exactly(source, at, 8);
    const type = header.toString('latin1', 0, 4);
    const length = header.readUInt32LE(4);
    if (at + 8 + length > end) throw new CorruptImage('has a chunk that is longer than the file');
    await requireFit(source, type, length, at + 8, canvas);
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
