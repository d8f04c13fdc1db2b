import { bmp, samples } from '../../upload/sample-images.ts';
import { type Attack, bytes, upload } from '../request.ts';

const ALL = await samples();
const PNG = sample('png');
const JPEG = sample('jpeg');
const LOSSY = sample('lossy webp');
const LOSSLESS = sample('lossless webp');
const EXTENDED = sample('webp with metadata');
const TIFF = sample('tiff in strips');
const BMP = bmp();

function sample(name: string): Buffer {
  const found = ALL[name];
  if (found === undefined) throw new Error(`there is no sample ${name}`);
  return found.bytes;
}

/** A copy with other bytes at an offset. */
function patched(image: Buffer, at: number, ...values: readonly number[]): Buffer {
  const copy = Buffer.from(image);
  copy.set(values, at);
  return copy;
}

/** A copy with 32 bits in its entry of a little-endian TIFF's first directory: `at` 4 is the count, 8 the value. */
function tiffWith(tag: number, at: 4 | 8, value: number): Buffer {
  const copy = Buffer.from(TIFF);
  const directory = copy.readUInt32LE(4);
  for (let entry = directory + 2; entry < directory + 2 + copy.readUInt16LE(directory) * 12; entry += 12)
    if (copy.readUInt16LE(entry) === tag) copy.writeUInt32LE(value, entry + at);
  return copy;
}

const frameAt = JPEG.indexOf(Buffer.from([0xff, 0xc0]));
const scanAt = JPEG.indexOf(Buffer.from([0xff, 0xda]));
const pixelsAt = PNG.indexOf('IDAT') - 4;
const CORRUPT = '422 image_corrupt';

/** Whole files whose insides contradict themselves. */
export const brokenImages: readonly Attack[] = [
  ['a PNG of no width', upload(patched(PNG, 16, 0, 0, 0, 0)), CORRUPT],
  ['a PNG of no height', upload(patched(PNG, 20, 0, 0, 0, 0)), CORRUPT],
  ['a PNG whose header claims another length', upload(patched(PNG, 8, 0xff, 0xff, 0xff, 0xff)), CORRUPT],
  ['a PNG whose first chunk is another', upload(patched(PNG, 12, 0x69)), CORRUPT],
  ['a PNG of 3 bits a pixel', upload(patched(PNG, 24, 3)), CORRUPT],
  ['a PNG of an unknown colour type', upload(patched(PNG, 25, 5)), CORRUPT],
  ['a PNG that is compressed in an unknown way', upload(patched(PNG, 26, 1)), CORRUPT],
  ['a PNG without pixels', upload(bytes(PNG.subarray(0, 33), PNG.subarray(-12))), CORRUPT],
  ['a PNG whose chunk reaches beyond the file', upload(patched(PNG, pixelsAt, 0x7f)), CORRUPT],
  ['a PNG of a thousand empty chunks', upload(pngWithChunks(1_100)), CORRUPT],
  ['a PNG with an end but of another checksum', upload(patched(PNG, PNG.length - 1, 0)), CORRUPT],
  ['a JPEG of no height', upload(patched(JPEG, frameAt + 5, 0, 0)), CORRUPT],
  ['a JPEG of no width', upload(patched(JPEG, frameAt + 7, 0, 0)), CORRUPT],
  ['a JPEG without a frame header', upload(bytes(JPEG.subarray(0, 2), JPEG.subarray(scanAt))), CORRUPT],
  ['a JPEG with a segment of length zero', upload(patched(JPEG, 4, 0, 0)), CORRUPT],
  ['a JPEG whose segment reaches beyond the file', upload(patched(JPEG, 4, 0xff, 0xff)), CORRUPT],
  ['a JPEG that ends at once', upload(Buffer.from([0xff, 0xd8, 0xff, 0xd9])), CORRUPT],
  ['a JPEG of nothing but its end', upload(bytes(Buffer.from([0xff, 0xd8, 0xff, 0xd9]), Buffer.alloc(64))), CORRUPT],
  ['a JPEG of fill bytes', upload(bytes(JPEG.subarray(0, 2), Buffer.alloc(90_000, 0xff))), CORRUPT],
  ['a JPEG of thousands of comments', upload(jpegWithComments(3_000)), CORRUPT],
  ['a JPEG with two frame headers', upload(withSecondFrame()), CORRUPT],
  ['a WebP whose RIFF length is zero', upload(patched(LOSSY, 4, 0, 0, 0, 0)), CORRUPT],
  ['a WebP whose RIFF length is 4 GiB', upload(patched(LOSSY, 4, 0xff, 0xff, 0xff, 0xff)), CORRUPT],
  ['a WebP whose chunk is longer than the file', upload(patched(LOSSY, 16, 0xff, 0xff, 0xff, 0x7f)), CORRUPT],
  ['a WebP whose chunk of pixels is empty', upload(patched(LOSSY, 16, 0, 0, 0, 0)), CORRUPT],
  ['a WebP of an unknown kind', upload(patched(LOSSY, 12, 0x58)), CORRUPT],
  ['a WebP whose frame has no start code', upload(patched(LOSSY, 23, 0)), CORRUPT],
  ['a lossless WebP without its signature', upload(patched(LOSSLESS, 20, 0)), CORRUPT],
  ['an extended WebP whose canvas is not its frame', upload(patched(EXTENDED, 24, 0, 0, 0)), CORRUPT],
  ['an extended WebP without pixels', upload(patched(EXTENDED, EXTENDED.indexOf('VP8 '), 0x51)), CORRUPT],
  ['a TIFF whose directory lies outside', upload(patched(TIFF, 4, 0xff, 0xff, 0xff, 0xff)), CORRUPT],
  ['a TIFF whose directory is its header', upload(patched(TIFF, 4, 0, 0, 0, 0)), CORRUPT],
  ['a TIFF whose directory is empty', upload(patched(TIFF, TIFF.readUInt32LE(4), 0, 0)), CORRUPT],
  ['a TIFF whose directory has 65,535 entries', upload(patched(TIFF, TIFF.readUInt32LE(4), 0xff, 0xff)), CORRUPT],
  ['a TIFF of no width', upload(tiffWith(256, 8, 0)), CORRUPT],
  ['a TIFF with four thousand million strips', upload(tiffWith(273, 4, 0xffffffff)), CORRUPT],
  ['a TIFF whose strips lie outside', upload(tiffWith(273, 8, 0x7fffffff)), CORRUPT],
  ['a TIFF with other counts of offsets and lengths', upload(tiffWith(279, 4, 0)), CORRUPT],
  ['a TIFF whose strips are empty', upload(emptyStrips()), CORRUPT],
  ['a BMP of negative width', upload(patched(BMP, 18, 0xff, 0xff, 0xff, 0xff)), CORRUPT],
  ['a BMP of the least height there is', upload(patched(BMP, 22, 0, 0, 0, 0x80)), CORRUPT],
  ['a BMP of 7 bits a pixel', upload(patched(BMP, 28, 7)), CORRUPT],
  ['a BMP whose pixels lie in its header', upload(patched(BMP, 10, 1)), CORRUPT],
  ['a BMP whose pixels lie outside', upload(patched(BMP, 10, 0xff, 0xff, 0xff, 0xff)), CORRUPT],
  ['a BMP with an unknown header', upload(patched(BMP, 14, 41)), CORRUPT],
  ['a BMP compressed in an unknown way', upload(patched(BMP, 30, 99)), CORRUPT],
];

function pngWithChunks(count: number): Buffer {
  const empty = bytes(Buffer.alloc(4), 'teSt', Buffer.alloc(4));
  return bytes(PNG.subarray(0, 33), ...Array.from({ length: count }, () => empty), PNG.subarray(33));
}

function jpegWithComments(count: number): Buffer {
  const comment = Buffer.from([0xff, 0xfe, 0x00, 0x02]);
  return bytes(JPEG.subarray(0, 2), ...Array.from({ length: count }, () => comment), JPEG.subarray(2));
}

/** The second says one pixel: a check that believes the last is passed by any size in the first. */
function withSecondFrame(): Buffer {
  const frame = JPEG.subarray(frameAt, frameAt + 2 + JPEG.readUInt16BE(frameAt + 2));
  const huge = patched(frame, 5, 0xff, 0xff, 0xff, 0xff);
  return bytes(JPEG.subarray(0, frameAt), huge, JPEG.subarray(frameAt));
}

function emptyStrips(): Buffer {
  const copy = Buffer.from(TIFF);
  const directory = copy.readUInt32LE(4);
  for (let entry = directory + 2; entry < directory + 2 + copy.readUInt16LE(directory) * 12; entry += 12) {
    if (copy.readUInt16LE(entry) !== 279) continue;
    const count = copy.readUInt32LE(entry + 4);
    const size = copy.readUInt16LE(entry + 2) === 3 ? 2 : 4;
    const at = count * size <= 4 ? entry + 8 : copy.readUInt32LE(entry + 8);
    copy.fill(0, at, at + count * size);
  }
  return copy;
}
