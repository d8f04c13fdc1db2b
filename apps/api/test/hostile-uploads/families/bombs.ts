import { crc32, deflateSync, gzipSync } from 'node:zlib';
import { bmp, picture, samples } from '../../upload/sample-images.ts';
import { type Attack, bytes, form, formRequest, part, request, upload } from '../request.ts';

const ALL = await samples();
const TOO_MANY = '422 image_too_many_pixels';

function chunk(type: string, content: Buffer): Buffer {
  const body = bytes(type, content);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(content.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}

/** A whole PNG with right checksums, all black; a gigabyte of pixels in a kilobyte. */
function png(width: number, height: number, ...before: readonly Buffer[]): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([1, 0, 0, 0, 0], 8);
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  const pixels = deflateSync(Buffer.alloc(Math.min(Math.ceil(width / 8) + 1, 4096) * Math.min(height, 4096)));
  return bytes(signature, chunk('IHDR', header), ...before, chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0)));
}

function jpeg(width: number, height: number): Buffer {
  const copy = Buffer.from(ALL['jpeg']?.bytes ?? '');
  const frame = copy.indexOf(Buffer.from([0xff, 0xc0]));
  copy.writeUInt16BE(height, frame + 5);
  copy.writeUInt16BE(width, frame + 7);
  return copy;
}

function tiff(width: number, height: number): Buffer {
  const copy = Buffer.from(ALL['tiff in strips']?.bytes ?? '');
  const directory = copy.readUInt32LE(4);
  for (let entry = directory + 2; entry < directory + 2 + copy.readUInt16LE(directory) * 12; entry += 12) {
    const tag = copy.readUInt16LE(entry);
    if (tag !== 256 && tag !== 257) continue;
    copy.writeUInt16LE(4, entry + 2);
    copy.writeUInt32LE(tag === 256 ? width : height, entry + 8);
  }
  return copy;
}

function runLengthBmp(width: number, height: number): Buffer {
  const copy = bmp(4, 4);
  copy.writeInt32LE(width, 18);
  copy.writeInt32LE(height, 22);
  copy.writeUInt16LE(8, 28);
  copy.writeUInt32LE(1, 30);
  copy.writeUInt32LE(copy.length - 54, 34);
  return copy;
}

/** A lossless WebP's header with 14 bits of each side. */
function webp(width: number, height: number): Buffer {
  const copy = Buffer.from(ALL['lossless webp']?.bytes ?? '');
  const flags = copy.readUInt32LE(21) & 0xf0000000;
  copy.writeUInt32LE((flags | ((height - 1) << 14) | (width - 1)) >>> 0, 21);
  return copy;
}

const zeros = Buffer.alloc(8 * 1024 * 1024);
const small = await picture(8, 8).png().toBuffer();

/** A few bytes that would become many, if anybody unpacked them. */
export const bombs: readonly Attack[] = [
  ['a PNG of 900 million pixels in a few bytes', upload(png(30_000, 30_000)), TOO_MANY],
  ['a PNG of the largest size there is', upload(png(0xffffffff, 0xffffffff)), TOO_MANY],
  ['a PNG of one endless row', upload(png(0x7fffffff, 1)), TOO_MANY],
  ['a JPEG of 65,535 × 65,535', upload(jpeg(65_535, 65_535)), TOO_MANY],
  ['a lossless WebP of 16,383 × 16,383', upload(webp(16_383, 16_383)), TOO_MANY],
  ['a TIFF of four thousand million squared', upload(tiff(0xffffffff, 0xffffffff)), TOO_MANY],
  ['a run-length BMP of 30,000 × 30,000', upload(runLengthBmp(30_000, 30_000)), TOO_MANY],
  ['a run-length BMP of 2³¹ - 1 squared', upload(runLengthBmp(0x7fffffff, 0x7fffffff)), TOO_MANY],
  ['a PNG one row beyond the limit', upload(png(10_000, 10_001)), TOO_MANY],
  ['a PNG of exactly the limit', upload(png(10_000, 10_000)), '201'],
  [
    'a small PNG with a text that unpacks to 8 MiB',
    upload(png(8, 8, chunk('zTXt', bytes('Comment\0\0', deflateSync(zeros))))),
    '201',
  ],
  [
    'a small PNG with a colour profile that unpacks to 8 MiB',
    upload(png(8, 8, chunk('iCCP', bytes('p\0\0', deflateSync(zeros))))),
    '201',
  ],
  ['a gzip bomb for a file', upload(gzipSync(zeros)), '415 unsupported_media_type'],
  [
    'a form that is packed with gzip',
    formRequest(gzipSync(form(part(small))), { headers: ['Content-Encoding: gzip'] }),
    '400 malformed_multipart',
  ],
  [
    'a JSON body that unpacks to 8 MiB',
    request({
      path: '/api/v1/ocr/start/01a20b7c-0000-7000-8000-000000000000',
      headers: ['Content-Type: application/json', 'Content-Encoding: gzip'],
      body: gzipSync(zeros),
    }),
    '413 body_too_large',
  ],
  ['a file a byte too large', upload(bytes(small, Buffer.alloc(1_000_001 - small.length))), '413 file_too_large'],
  ['a file of exactly the limit', upload(bytes(small, Buffer.alloc(1_000_000 - small.length))), '201'],
];
