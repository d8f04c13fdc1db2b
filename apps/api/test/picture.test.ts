import { describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { uprightPicture } from '../src/documents/picture.ts';

const MM_PER_INCH = 25.4;
const blank = () => sharp({ create: { width: 200, height: 100, channels: 3, background: '#fff' } });
const tiff = (x: number, y: number, orientation = 1) =>
  blank()
    .withMetadata({ orientation })
    .tiff({ xres: x / MM_PER_INCH, yres: y / MM_PER_INCH })
    .toBuffer();
/** A JPEG as fax software writes it: with a JFIF segment of its own. */
async function jpeg(x: number, y: number): Promise<Buffer> {
  const bytes = await blank().jpeg().toBuffer();
  const jfif = Buffer.from('ffe000104a46494600010101000000000000', 'hex');
  jfif.writeUInt16BE(x, 12);
  jfif.writeUInt16BE(y, 14);
  return Buffer.concat([bytes.subarray(0, 2), jfif, bytes.subarray(2)]);
}
const dpiOf = async (bytes: Buffer) => {
  const { dpi } = await uprightPicture(bytes);
  return dpi === undefined ? null : [Math.round(dpi.x), Math.round(dpi.y)];
};

describe('the resolution of a picture', () => {
  test('is told across and down, since that of a fax is not the same', async () => {
    expect(await dpiOf(await tiff(204, 98))).toEqual([204, 98]);
    expect(
      await dpiOf(
        await sharp(await tiff(204, 98))
          .png()
          .toBuffer(),
      ),
    ).toEqual([204, 98]);
    expect(await dpiOf(await jpeg(204, 98))).toEqual([204, 98]);
    expect(await dpiOf(await tiff(300, 300))).toEqual([300, 300]);
  });

  test('is turned with the picture', async () => {
    for (const orientation of [6, 8]) expect(await dpiOf(await tiff(204, 98, orientation))).toEqual([98, 204]);
    expect(await dpiOf(await tiff(204, 98, 3))).toEqual([204, 98]);
  });

  test('is unknown where the picture says nothing of it', async () => {
    expect(await dpiOf(await blank().png().toBuffer())).toBeNull();
    expect(await dpiOf(await blank().webp().toBuffer())).toBeNull();
  });
});
