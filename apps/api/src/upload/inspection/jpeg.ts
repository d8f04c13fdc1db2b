import { type ByteSource, findBytes } from './byte-source.ts';
import { exifOrientation } from './exif-orientation.ts';
import { CorruptImage, exactly, type HeaderSize } from './image-size.ts';

const SOS = 0xda;
const APP1 = 0xe1;
const EOI = Buffer.from([0xff, 0xd9]);
const EXIF = Buffer.from('Exif\0\0', 'latin1');
/** The largest real ones carry some hundred segments of colour profile and metadata. */
const MAX_SEGMENTS = 2000;

/**
 * JPEG (ITU-T T.81): segments up to the first scan, and an EOI marker after it. Cameras append what they like after EOI; a thumbnail
 * in the EXIF segment has an EOI of its own, which does not count.
 */
export async function readJpeg(source: ByteSource): Promise<HeaderSize> {
  let size: { width: number; height: number } | null = null;
  let orientation = 1;
  let at = 2;
  for (let segment = 0; segment < MAX_SEGMENTS; segment += 1) {
    const header = await exactly(source, at, 4);
    const marker = header.readUInt8(1);
    if (header.readUInt8(0) !== 0xff) throw new CorruptImage('has something else where a marker belongs');
    if (marker === 0xff) {
      at += 1; // a fill byte
      continue;
    }
    const length = header.readUInt16BE(2);
    if (!hasLength(marker) || length < 2) throw new CorruptImage('has a marker that cannot stand there');
    if (isFrame(marker)) {
      // Decoders would go by another one than we do.
      if (size !== null) throw new CorruptImage('has two frame headers');
      const frame = await exactly(source, at + 4, 5);
      size = { width: frame.readUInt16BE(3), height: frame.readUInt16BE(1) };
    } else if (marker === APP1) {
      const body = await source.read(at + 4, length - 2);
      if (body.subarray(0, 6).equals(EXIF)) orientation = exifOrientation(body.subarray(6));
    } else if (marker === SOS) {
      if (size === null) throw new CorruptImage('has no frame header');
      await requireEnd(source, at + 2 + length);
      return { ...size, orientation };
    }
    at += 2 + length;
  }
  throw new CorruptImage('has too many segments before its pixels');
}

/** Start of frame: SOF0 to SOF15, without DHT, JPG and DAC, which share the range. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

function hasLength(marker: number): boolean {
  return marker >= 0xc0 && !(marker >= 0xd0 && marker <= 0xd9);
}

/** Within a scan 0xFF is always followed by 0x00 or a marker, so the two bytes of EOI mean the end. */
async function requireEnd(source: ByteSource, scanAt: number): Promise<void> {
  const lastAt = source.sizeBytes - EOI.length;
  if (lastAt >= scanAt && (await source.read(lastAt, EOI.length)).equals(EOI)) return;
  if ((await findBytes(source, EOI, scanAt)) === -1) throw new CorruptImage('ends before its end marker (EOI)');
}
