/** Small whole images, made by hand: what they show does not matter to who uses them. */
import { randomBytes, randomUUID } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** A PNG of one pixel that no other test has: a text chunk makes it so. */
export function uniqueImage(): Buffer {
  return imageNamed(randomUUID());
}

/** A PNG of one pixel, the same bytes for the same name. */
export function imageNamed(name: string): Buffer {
  return onePixelWith(chunk('tEXt', Buffer.from(`Comment\0${name}`)));
}

/** A PNG of one pixel and about so many bytes, most of them in a private chunk. */
export function largeImage(bytes: number): Buffer {
  return onePixelWith(chunk('prVt', randomBytes(Math.max(0, bytes - SMALLEST_BYTES))));
}

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');
const HEADER = chunk('IHDR', Buffer.from('00000001000000010800000000', 'hex'));
const PIXEL = chunk('IDAT', Buffer.from('789c6360000000020001', 'hex'));
const END = chunk('IEND', Buffer.alloc(0));
const SMALLEST_BYTES = onePixelWith(chunk('prVt', Buffer.alloc(0))).length;

function onePixelWith(extra: Buffer): Buffer {
  return Buffer.concat([SIGNATURE, HEADER, extra, PIXEL, END]);
}

function chunk(type: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(content.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
