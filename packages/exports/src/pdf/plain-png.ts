/** A PNG whose pixels PDF can take as they are packed. */
export interface PlainPng {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
  /** Of its stream, in the names of PDF. */
  readonly dictionary: Record<string, string | number | Record<string, number>>;
}

const SIGNATURE = '89504e470d0a1a0a';
const GREY = 0;
const COLOUR = 2;
/** Filters chosen for each row. */
const PNG_PREDICTOR = 15;

/** Null for what has to be decoded: transparency, interlacing, palettes, or what is not a PNG. */
export function plainPng(bytes: Uint8Array): PlainPng | null {
  const chunks = pngChunks(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  const header = chunks.find(({ type }) => type === 'IHDR')?.data;
  if (header === undefined || header.length < 13 || chunks.some(({ type }) => type === 'tRNS')) return null;
  const [bits, colour, , , interlaced] = header.subarray(8);
  if (bits === undefined || (colour !== GREY && colour !== COLOUR) || interlaced !== 0) return null;
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  return {
    width,
    height,
    data: Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data)),
    dictionary: {
      Type: 'XObject',
      Subtype: 'Image',
      Width: width,
      Height: height,
      BitsPerComponent: bits,
      ColorSpace: colour === GREY ? 'DeviceGray' : 'DeviceRGB',
      Filter: 'FlateDecode',
      DecodeParms: {
        Predictor: PNG_PREDICTOR,
        Colors: colour === GREY ? 1 : 3,
        BitsPerComponent: bits,
        Columns: width,
      },
    },
  };
}

function pngChunks(png: Buffer): { readonly type: string; readonly data: Buffer }[] {
  const chunks = [];
  if (png.toString('hex', 0, 8) !== SIGNATURE) return [];
  for (let at = 8; at + 12 <= png.length; ) {
    const length = png.readUInt32BE(at);
    chunks.push({ type: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, at + 8 + length) });
    at += 12 + length;
  }
  return chunks;
}
