import { gzipSync } from 'node:zlib';
import { bmp, picture, samples } from '../../upload/sample-images.ts';
import { type Attack, bytes, upload } from '../request.ts';

const ALL = await samples();
const PNG = await picture(8, 8).png().toBuffer();
const JPEG = ALL['jpeg']?.bytes ?? Buffer.alloc(0);
const UNSUPPORTED = '415 unsupported_media_type';
const HTML = '<!doctype html><script>alert(1)</script>';
const ZIP = bytes('PK\x03\x04', Buffer.alloc(64));
const box = (brand: string) => bytes(Buffer.from([0, 0, 0, 24]), 'ftyp', brand, Buffer.alloc(64));

/** Files that are something else, or several things at once. What is an image from its first to its end marker is one. */
export const polyglots: readonly Attack[] = [
  ['a page of HTML named .png', upload(HTML), UNSUPPORTED],
  ['an SVG with a script', upload('<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'), UNSUPPORTED],
  ['a PostScript file', upload(bytes('%!PS-Adobe-3.0\n', Buffer.alloc(100))), UNSUPPORTED],
  ['a ZIP', upload(ZIP), UNSUPPORTED],
  ['a GIF', upload(bytes('GIF89a', Buffer.alloc(100))), UNSUPPORTED],
  ['an AVIF', upload(box('avif')), UNSUPPORTED],
  ['a HEIC', upload(box('heic')), UNSUPPORTED],
  ['an icon', upload(bytes(Buffer.from([0, 0, 1, 0, 1, 0]), Buffer.alloc(100))), UNSUPPORTED],
  ['a Photoshop file', upload(bytes('8BPS\0\x01', Buffer.alloc(100))), UNSUPPORTED],
  ['a JPEG XL', upload(bytes(Buffer.from([0xff, 0x0a]), Buffer.alloc(100))), UNSUPPORTED],
  ['a JPEG 2000', upload(bytes(Buffer.from('0000000c6a5020200d0a870a', 'hex'), Buffer.alloc(100))), UNSUPPORTED],
  ['a BigTIFF', upload(bytes('II+\0\x08\0\0\0', Buffer.alloc(100))), UNSUPPORTED],
  ['an executable of Windows', upload(bytes('MZ', Buffer.alloc(100))), UNSUPPORTED],
  ['an executable of Linux', upload(bytes('\x7fELF', Buffer.alloc(100))), UNSUPPORTED],
  ['a shell script', upload('#!/bin/sh\nrm -rf /\n'), UNSUPPORTED],
  ['a RIFF that is sound', upload(bytes('RIFF\x40\0\0\0WAVEfmt ', Buffer.alloc(100))), UNSUPPORTED],
  ['a text that begins with BM', upload('BM is how this letter begins, and it is no picture.'), UNSUPPORTED],
  ['nothing but NULs', upload(Buffer.alloc(1_000)), UNSUPPORTED],
  ['an image packed with gzip', upload(gzipSync(PNG)), UNSUPPORTED],
  ['an image in Base64', upload(PNG.toString('base64')), UNSUPPORTED],
  [
    'an image in Base64 whose part says so',
    upload(PNG.toString('base64'), { more: 'Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n' }),
    UNSUPPORTED,
  ],
  ['an image read as Latin-1 and written as UTF-8', upload(PNG.toString('latin1')), UNSUPPORTED],
  [
    'an image with its line ends turned',
    upload(Buffer.from(PNG.toString('latin1').replaceAll('\r\n', '\n'), 'latin1')),
    UNSUPPORTED,
  ],
  ['an image after a byte order mark', upload(bytes('\uFEFF', PNG)), UNSUPPORTED],
  ['an image after a blank', upload(bytes(' ', PNG)), UNSUPPORTED],
  ['a PNG with a page of HTML behind it', upload(bytes(PNG, HTML)), '201'],
  ['a PNG with a ZIP behind it', upload(bytes(PNG, ZIP)), '201'],
  ['a PNG with another PNG behind it', upload(bytes(PNG, PNG)), '201'],
  ['a JPEG with a program in its comment', upload(withComment('<?php system($_GET["c"]); ?>')), '201'],
  ['a BMP with a PNG for pixels', upload(bytes(bmp(2, 2), PNG)), '201'],
  ['a JPEG that is declared as a page', upload(JPEG, { more: 'Content-Type: text/html\r\n' }), '201'],
  ['a PNG without a declared type', upload(PNG, { more: '' }), '201'],
  ['a PNG with a type that is no type', upload(PNG, { more: 'Content-Type: /;;=\r\n' }), '201'],
  [
    'half a PNG with a page of HTML behind it',
    upload(bytes(PNG.subarray(0, PNG.length - 12), HTML)),
    '422 image_corrupt',
  ],
  ['a PNG in the skin of a JPEG', upload(bytes(Buffer.from([0xff, 0xd8, 0xff]), PNG)), '422 image_corrupt'],
];

function withComment(text: string): Buffer {
  const comment = Buffer.from(text);
  const head = Buffer.from([0xff, 0xfe, 0, comment.length + 2]);
  return bytes(JPEG.subarray(0, 2), head, comment, JPEG.subarray(2));
}
