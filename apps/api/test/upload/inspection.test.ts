import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { directoryOf, linkOf, makeTiff, setEntry } from '../../../../test/support/make-tiff.ts';
import { bufferedSource } from '../../src/upload/inspection/byte-source.ts';
import { inspectImage } from '../../src/upload/inspection/inspect-image.ts';
import { sniffImage } from '../../src/upload/inspection/sniff.ts';
import { UploadError } from '../../src/upload/upload-error.ts';
import { bmp, picture, samples } from './sample-images.ts';

const SAMPLES = await samples();
const NAMES = Object.keys(SAMPLES);

function bytesOf(name: string): Buffer {
  const sample = SAMPLES[name];
  if (sample === undefined) throw new Error(`no sample ${name}`);
  return sample.bytes;
}

/** Inspects with only `headBytes` in memory, the rest read as from a file. */
async function inspect(bytes: Buffer, { maxImagePixels = 1e8, maxPages = 500, headBytes = bytes.length } = {}) {
  const format = sniffImage(bytes);
  if (format === null || format === 'pdf') throw new UploadError('unsupported_media_type', 'not an image');
  const file = {
    sizeBytes: bytes.length,
    read: async (offset: number, length: number) => bytes.subarray(offset, offset + length),
  };
  return inspectImage(format, bufferedSource(file, bytes.subarray(0, headBytes)), { maxImagePixels, maxPages });
}

describe.each(NAMES)('%s', (name) => {
  const whole = bytesOf(name);

  test('its size is read from memory and from the file alike', async () => {
    expect(await inspect(whole)).toEqual({ width: 120, height: 80, pages: null });
    expect(await inspect(whole, { headBytes: 16 })).toEqual({ width: 120, height: 80, pages: null });
  });

  test('cut off anywhere it is corrupt', async () => {
    const step = Math.max(1, Math.floor(whole.length / 400));
    const lengths = Array.from({ length: Math.ceil((whole.length - 16) / step) }, (_, at) => 16 + at * step).concat(
      whole.length - 1,
    );
    for (const length of lengths) {
      await expect(inspect(whole.subarray(0, length))).rejects.toMatchObject({ code: 'image_corrupt' });
    }
  });

  test('bytes after its end do no harm', async () => {
    expect(await inspect(Buffer.concat([whole, Buffer.alloc(200_000, 7)]), { headBytes: 16 })).toEqual({
      width: 120,
      height: 80,
      pages: null,
    });
  });

  test('the limit of pixels is inclusive', async () => {
    expect(await inspect(whole, { maxImagePixels: 9600 })).toEqual({ width: 120, height: 80, pages: null });
    await expect(inspect(whole, { maxImagePixels: 9599 })).rejects.toMatchObject({ code: 'image_too_many_pixels' });
  });

  test('flipped bytes give an answer or an upload error, nothing else', async () => {
    const flips = fc.array(fc.tuple(fc.nat({ max: Math.min(whole.length - 1, 600) }), fc.nat({ max: 255 })), {
      minLength: 1,
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(flips, async (changes) => {
        const changed = Buffer.from(whole);
        for (const [at, value] of changes) changed[at] = value;
        const outcome = await inspect(changed).catch((error: unknown) => error);
        expect(outcome instanceof UploadError || (outcome as { width: number }).width > 0).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

test.each([
  [1, 120, 80],
  [3, 120, 80],
  [6, 80, 120],
  [8, 80, 120],
])('orientation %i makes the upright size %i × %i in every format that has one', async (orientation, width, height) => {
  const turned = () => picture().withMetadata({ orientation });
  for (const made of [turned().jpeg(), turned().webp(), turned().tiff(), turned().png()]) {
    expect(await inspect(await made.toBuffer())).toEqual({ width, height, pages: null });
  }
});

test('the end marker of a thumbnail does not count as the end of a JPEG', async () => {
  const jpeg = bytesOf('jpeg');
  const segment = Buffer.concat([Buffer.from([0xff, 0xe1, 0x00, 0x06]), Buffer.from([0xff, 0xd9, 0xff, 0xd9])]);
  const withThumbnail = Buffer.concat([jpeg.subarray(0, 2), segment, jpeg.subarray(2)]);
  expect(await inspect(withThumbnail)).toEqual({ width: 120, height: 80, pages: null });
  await expect(inspect(withThumbnail.subarray(0, -2))).rejects.toMatchObject({ code: 'image_corrupt' });
});

describe('a TIFF of several pages', () => {
  const HEIGHT = 257;
  const STRIP_OFFSETS = 273;

  test('is as large as its first page, upright, and has as many pages as directories', async () => {
    const tiff = await makeTiff([{ orientation: 6 }, { width: 9, height: 9 }, {}]);
    expect(await inspect(tiff)).toEqual({ width: 40, height: 60, pages: 3 });
    expect(await inspect(tiff, { headBytes: 16 })).toEqual({ width: 40, height: 60, pages: 3 });
  });

  test('of one page is a single image, with the limit of its pixels', async () => {
    const tiff = await makeTiff([{}]);
    expect(await inspect(tiff)).toEqual({ width: 60, height: 40, pages: null });
    await expect(inspect(tiff, { maxImagePixels: 1 })).rejects.toMatchObject({ code: 'image_too_many_pixels' });
  });

  test('has as many as are allowed, and not one more', async () => {
    const tiff = await makeTiff([{}, {}, {}]);
    expect(await inspect(tiff, { maxPages: 3 })).toMatchObject({ pages: 3 });
    await expect(inspect(tiff, { maxPages: 2 })).rejects.toMatchObject({
      code: 'too_many_pages',
      status: 422,
      details: { pages: 3, max_pages: 2 },
    });
    await expect(inspect(await makeTiff(Array.from({ length: 9 }, () => ({}))), { maxPages: 2 })).rejects.toMatchObject(
      {
        details: { pages: 3, max_pages: 2 },
      },
    );
  });

  test('is no worse for a page that is too large, or broken: it fails alone', async () => {
    const tiff = await makeTiff([{}, {}]);
    expect(await inspect(tiff, { maxImagePixels: 1 })).toMatchObject({ pages: 2 });
    setEntry(tiff, directoryOf(tiff, 2), STRIP_OFFSETS, 0x7fffffff);
    setEntry(tiff, directoryOf(tiff, 1), HEIGHT, 0xffffffff);
    expect(await inspect(tiff)).toEqual({ width: 60, height: 2 ** 31 - 1, pages: 2 });
  });

  test.each<[string, (tiff: Buffer) => number]>([
    ['in a circle', (tiff) => directoryOf(tiff, 1)],
    ['to themselves', (tiff) => directoryOf(tiff, 2)],
    ['into the header', () => 4],
    ['to the end of the file', (tiff) => tiff.length],
    ['far beyond the end', () => 0xffffffff],
    ['into pixels', (tiff) => tiff.length - 8],
  ])('whose directories lead %s is corrupt', async (_where, to) => {
    const tiff = await makeTiff([{ color: '#fff' }, { color: '#fff' }]);
    tiff.writeUInt32LE(to(tiff), linkOf(tiff, directoryOf(tiff, 2)));
    await expect(inspect(tiff)).rejects.toMatchObject({ code: 'image_corrupt' });
  });

  test('whose second directory is cut off is corrupt', async () => {
    const tiff = await makeTiff([{}, {}]);
    const second = directoryOf(tiff, 2);
    for (const length of [second, second + 1, second + 13, linkOf(tiff, second) + 3]) {
      await expect(inspect(tiff.subarray(0, length))).rejects.toMatchObject({ code: 'image_corrupt' });
    }
  });
});

describe('hostile headers', () => {
  test('a BMP that claims 2³¹ rows is corrupt', async () => {
    const bytes = bmp();
    bytes.writeInt32LE(0x7fffffff, 22);
    await expect(inspect(bytes)).rejects.toMatchObject({ code: 'image_corrupt' });
  });

  test('a PNG that claims 60,000 × 60,000 pixels has too many', async () => {
    const bytes = Buffer.from(bytesOf('png'));
    bytes.writeUInt32BE(60_000, 16);
    bytes.writeUInt32BE(60_000, 20);
    await expect(inspect(bytes)).rejects.toMatchObject({ code: 'image_too_many_pixels' });
  });

  test('a TIFF whose directory is its own header, or points to itself, is corrupt', async () => {
    const bytes = Buffer.alloc(64);
    bytes.write('II*\0', 0, 'latin1');
    await expect(inspect(bytes)).rejects.toMatchObject({ code: 'image_corrupt' });
    bytes.writeUInt32LE(8, 4);
    bytes.writeUInt16LE(1, 8);
    bytes.writeUInt32LE(8, 22);
    await expect(inspect(bytes)).rejects.toMatchObject({ code: 'image_corrupt' });
  });

  test('a TIFF that claims four billion strips is corrupt', async () => {
    const bytes = Buffer.alloc(64);
    bytes.write('II*\0', 0, 'latin1');
    bytes.writeUInt32LE(8, 4);
    bytes.writeUInt16LE(2, 8);
    for (const [at, tag] of [
      [10, 273],
      [22, 279],
    ] as const) {
      bytes.writeUInt16LE(tag, at);
      bytes.writeUInt16LE(4, at + 2);
      bytes.writeUInt32LE(0xffffffff, at + 4);
    }
    await expect(inspect(bytes)).rejects.toMatchObject({ code: 'image_corrupt' });
  });

  test('20 MB of empty PNG chunks or JPEG fill bytes are given up early', async () => {
    const chunks = Buffer.concat([bytesOf('png').subarray(0, 33), Buffer.alloc(20_000_000)]);
    await expect(inspect(chunks)).rejects.toMatchObject({ code: 'image_corrupt' });
    const fill = Buffer.concat([Buffer.from([0xff, 0xd8]), Buffer.alloc(20_000_000, 0xff)]);
    await expect(inspect(fill)).rejects.toMatchObject({ code: 'image_corrupt' });
  });
});
