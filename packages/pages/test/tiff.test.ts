import { describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { directoryOf, linkOf, makeTiff, setEntry } from '../../../test/support/make-tiff.ts';
import { DocumentCorrupt, openPages, PageTooLarge, PageUnreadable } from '../src/index.ts';

const AMPLE = { dpi: 200, maxPixels: 1_000_000 };
const HEIGHT = 257;
const STRIP_OFFSETS = 273;
const open = (bytes: Uint8Array) => openPages(bytes, 'image/tiff');

async function colorOf(png: Uint8Array): Promise<number[]> {
  return [...(await sharp(png).removeAlpha().extract({ left: 0, top: 0, width: 1, height: 1 }).raw().toBuffer())];
}

describe('a TIFF of several pages', () => {
  test('has each page with its own size, upright, whatever the resolution', async () => {
    const pages = await open(
      await makeTiff([{ color: '#f00' }, { color: '#0f0', width: 30, height: 20, orientation: 6 }]),
    );
    expect(pages.count).toBe(2);
    expect(await pages.size(1, 72)).toEqual({ width: 60, height: 40 });
    expect(await pages.size(2, 600)).toEqual({ width: 20, height: 30 });
    const [one, two] = [await pages.render(1, AMPLE), await pages.render(2, AMPLE)];
    expect(await colorOf(one.png)).toEqual([255, 0, 0]);
    expect(await colorOf(two.png)).toEqual([0, 255, 0]);
    expect([two.width, two.height]).toEqual([20, 30]);
    expect(await sharp(two.png).metadata()).toMatchObject({ format: 'png', width: 20, height: 30 });
    expect(await pages.text(1)).toBeNull();
  });

  test('has a page that is broken alone', async () => {
    const tiff = await makeTiff([{ color: '#f00' }, {}, { color: '#00f' }]);
    setEntry(tiff, directoryOf(tiff, 2), STRIP_OFFSETS, 0x7fffffff);
    const pages = await open(tiff);
    await expect(pages.render(2, AMPLE)).rejects.toThrow(PageUnreadable);
    expect(await colorOf((await pages.render(1, AMPLE)).png)).toEqual([255, 0, 0]);
    expect(await colorOf((await pages.render(3, AMPLE)).png)).toEqual([0, 0, 255]);
  });

  test('has a page that is too large alone', async () => {
    const tiff = await makeTiff([{}, {}]);
    setEntry(tiff, directoryOf(tiff, 2), HEIGHT, 1_000_000);
    const pages = await open(tiff);
    await expect(pages.render(2, AMPLE)).rejects.toThrow(PageTooLarge);
    await expect(pages.render(1, AMPLE)).resolves.toMatchObject({ width: 60 });
  });

  test('does not have every page', async () => {
    const pages = await open(await makeTiff([{}, {}]));
    for (const page of [0, 3, 1e9, 1.5]) await expect(pages.render(page, AMPLE)).rejects.toThrow(PageUnreadable);
  });

  test('whose directories go in a circle is opened, or corrupt, in no time', async () => {
    const tiff = await makeTiff([{}, {}]);
    tiff.writeUInt32LE(directoryOf(tiff, 1), linkOf(tiff, directoryOf(tiff, 2)));
    await open(tiff).catch((error: unknown) => expect(error).toBeInstanceOf(DocumentCorrupt));
  });
});

test.each([
  ['nothing', Buffer.alloc(0)],
  ['a header', Buffer.from('II*\0\x08\0\0\0', 'latin1')],
  [
    'another image',
    await sharp({ create: { width: 9, height: 9, channels: 3, background: '#fff' } })
      .png()
      .toBuffer(),
  ],
])('%s is no TIFF', async (_name, bytes) => {
  await expect(open(bytes)).rejects.toThrow(DocumentCorrupt);
});
