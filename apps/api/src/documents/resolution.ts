/**
 * How many pixels an inch has from top to bottom, where it has one from left to right: 1 for nearly all pictures, and about a half
 * for faxes. The picture's library tells the resolution across only.
 */
export function resolutionRatio(kind: 'jpeg' | 'png', bytes: Uint8Array): number {
  const [across, down] = (kind === 'png' ? ofPng : ofJpeg)(
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  );
  return across > 0 && down > 0 ? down / across : 1;
}

type Resolution = readonly [across: number, down: number];
const UNKNOWN: Resolution = [0, 0];

/** A pHYs chunk before the pixels (PNG, third edition, 11.3.4.3). */
function ofPng(png: Buffer): Resolution {
  for (let at = 8; at + 16 <= png.length; at += 12 + png.readUInt32BE(at)) {
    const type = png.toString('latin1', at + 4, at + 8);
    if (type === 'pHYs') return [png.readUInt32BE(at + 8), png.readUInt32BE(at + 12)];
    if (type === 'IDAT') return UNKNOWN;
  }
  return UNKNOWN;
}

/** The JFIF segment, which comes first (ITU-T T.871, 10.1). */
function ofJpeg(jpeg: Buffer): Resolution {
  const isJfif = jpeg.length >= 18 && jpeg.readUInt16BE(2) === 0xffe0 && jpeg.toString('latin1', 6, 11) === 'JFIF\0';
  return isJfif ? [jpeg.readUInt16BE(14), jpeg.readUInt16BE(16)] : UNKNOWN;
}
