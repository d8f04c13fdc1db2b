const ORIENTATION = 0x0112;
const SHORT = 3;

/** The orientation (1 to 8) in an EXIF block, which is a small TIFF; 1 when it says nothing usable. Never throws. */
export function exifOrientation(exif: Buffer): number {
  if (exif.length < 8) return 1;
  const order = exif.toString('latin1', 0, 2);
  if (order !== 'II' && order !== 'MM') return 1;
  const u16 = (at: number) => (order === 'II' ? exif.readUInt16LE(at) : exif.readUInt16BE(at));
  const u32 = (at: number) => (order === 'II' ? exif.readUInt32LE(at) : exif.readUInt32BE(at));
  const ifd = u32(4);
  if (ifd + 2 > exif.length) return 1;
  const entries = u16(ifd);
  for (let entry = 0; entry < entries; entry += 1) {
    const at = ifd + 2 + entry * 12;
    if (at + 12 > exif.length) return 1;
    if (u16(at) === ORIENTATION && u16(at + 2) === SHORT) return validOrientation(u16(at + 8));
  }
  return 1;
}

/** 1 for a value that EXIF does not define. */
export function validOrientation(value: number): number {
  return value >= 1 && value <= 8 ? value : 1;
}
