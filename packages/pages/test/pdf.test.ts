import { afterEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import sharp from 'sharp';
import { addAnnotation, encryptedPdf, makePdf, type TestPage } from '../../../test/support/make-pdf.ts';
import {
  DocumentCorrupt,
  DocumentEncrypted,
  openPages,
  type Pages,
  PageTooLarge,
  PageUnreadable,
} from '../src/index.ts';
import { cleansed } from '../src/pdf/own-text.ts';

const AMPLE = { dpi: 72, maxPixels: 100_000_000 };
const FOUR = [DocumentEncrypted, DocumentCorrupt, PageTooLarge, PageUnreadable];

const opened: Pages[] = [];
async function open(bytes: Uint8Array): Promise<Pages> {
  const pages = await openPages(bytes, 'application/pdf');
  opened.push(pages);
  return pages;
}
afterEach(() => {
  for (const pages of opened.splice(0)) pages.close();
});

const opening = async (pages: readonly TestPage[], more?: Parameters<typeof makePdf>[1]) =>
  open(await makePdf(pages, more));

/** The pixel at a place of a PNG: red, green, blue. */
async function pixel(png: Uint8Array, x: number, y: number): Promise<number[]> {
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
  const at = (y * info.width + x) * info.channels;
  return [...data.subarray(at, at + 3)];
}

/** How dark the quarters of a picture are: top left, top right, bottom left, bottom right. */
async function ink(png: Uint8Array): Promise<boolean[]> {
  const { width, height } = await sharp(png).metadata();
  const half = { width: Math.floor(width / 2), height: Math.floor(height / 2) };
  return Promise.all(
    [
      [0, 0],
      [half.width, 0],
      [0, half.height],
      [half.width, half.height],
    ].map(async ([left = 0, top = 0]) => {
      const { channels } = await sharp(
        await sharp(png)
          .extract({ left, top, ...half })
          .toBuffer(),
      ).stats();
      return (channels[0]?.min ?? 255) < 128;
    }),
  );
}

describe('a digital PDF', () => {
  test('has its pages, each with its size at any resolution, its picture and its text', async () => {
    const pages = await opening([{ text: 'First page' }, { width: 300, height: 200, text: 'Second page' }]);
    expect(pages.count).toBe(2);
    expect(await pages.size(1, 200)).toEqual({ width: 1700, height: 2200 });
    expect(await pages.size(2, 72)).toEqual({ width: 300, height: 200 });
    const { png, width, height } = await pages.render(2, { ...AMPLE, dpi: 144 });
    expect([width, height]).toEqual([600, 400]);
    expect(await sharp(png).metadata()).toMatchObject({ format: 'png', width: 600, height: 400, channels: 3 });
    expect(await pixel(png, 0, 0)).toEqual([255, 255, 255]);
    expect(await pages.text(1)).toBe('First page');
    expect(await pages.text(2)).toBe('Second page');
  });

  test('is turned as its pages say', async () => {
    const texts = [0, 90, 180, 270].map((rotation) => ({ width: 400, height: 300, text: 'Turned', rotation }));
    const pages = await opening(texts);
    expect(await pages.size(1, 72)).toEqual({ width: 400, height: 300 });
    expect(await pages.size(2, 72)).toEqual({ width: 300, height: 400 });
    const places = [];
    for (const page of [1, 2, 3, 4]) places.push(await ink((await pages.render(page, AMPLE)).png));
    expect(places).toEqual([
      [true, false, false, false],
      [false, true, false, false],
      [false, false, false, true],
      [false, false, true, false],
    ]);
    expect(await pages.text(2)).toBe('Turned');
  });

  test('shows its annotations and its form fields', async () => {
    const pages = await opening([{ width: 400, height: 300 }], (pdf) => {
      const page = pdf.getPage(0);
      addAnnotation(pdf, page, [10, 250, 60, 290]);
      const field = pdf.getForm().createTextField('name');
      field.setText('filled in');
      field.addToPage(page, { x: 220, y: 20, width: 150, height: 40 });
    });
    expect(await ink((await pages.render(1, AMPLE)).png)).toEqual([true, false, false, true]);
    expect(await pages.text(1)).toBeNull();
  });

  test('without text says that there is none', async () => {
    expect(await (await opening([{}])).text(1)).toBeNull();
  });
});

test.each([
  ['a\0b', 'ab'],
  ['half \ud800 of a pair, and \u{1f600} whole', 'half  of a pair, and \u{1f600} whole'],
  ['above\fbelow', 'above below'],
  ['broken\ufffe\r\nword', 'broken-\nword'],
  [' \r\n\0 ', null],
])('the text %j is told as %j', (text, told) => {
  expect(cleansed(text)).toBe(told);
});

describe('a password', () => {
  test('to open a document is asked of nobody: it is refused', async () => {
    await expect(encryptedPdf('user-password').then(open)).rejects.toThrow(DocumentEncrypted);
  });

  test.each(['owner-password', 'owner-password-rc4'] as const)("of the owner's hides nothing: %s", async (name) => {
    const pages = await open(await encryptedPdf(name));
    expect(await pages.text(1)).toBe('Kept secret');
    expect(await pages.render(1, AMPLE)).toMatchObject({ width: 200, height: 100 });
  });
});

/** Its first page has so many points a side, and is drawn by way of transparent pictures of its size; its second is small. */
function greedyPdf(side: number): Buffer {
  const resources = '/Resources<</ExtGState<</G<</ca 0.5/BM/Multiply>>>>/XObject<</X 5 0 R>>>>';
  const group = `/Type/XObject/Subtype/Form/BBox[0 0 ${side} ${side}]/Group<</S/Transparency/I true>>`;
  return pdfOf(
    '<</Type/Pages/Count 2/Kids[3 0 R 4 0 R]>>',
    `<</Type/Page/Parent 2 0 R/MediaBox[0 0 ${side} ${side}]/Contents 7 0 R${resources}>>`,
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]>>',
    stream(`${group}${resources.replace('5 0 R', '6 0 R')}`, '/G gs /X Do'),
    stream(group, `0 0 ${side} ${side} re f`),
    stream('', '/G gs /X Do'),
  );
}

/** Objects 2 and on, of which the second is the tree of pages. */
function pdfOf(...objects: readonly string[]): Buffer {
  const body = ['<</Type/Catalog/Pages 2 0 R>>', ...objects].map(
    (object, at) => `${at + 1} 0 obj\n${object}\nendobj\n`,
  );
  return Buffer.from(`%PDF-1.7\n${body.join('')}trailer\n<</Root 1 0 R>>\n%%EOF\n`, 'latin1');
}

function stream(dictionary: string, body: string): string {
  return `<<${dictionary}/Length ${body.length}>>stream\n${body}\nendstream`;
}

/** A page that says something at its top left, in a font that is nowhere in the file. */
function fontlessPdf(font: string, encoding: string, ordering: string, hex: string): Buffer {
  const descriptor = `/FontDescriptor<</Type/FontDescriptor/FontName/${font}/Flags 6/FontBBox[0 -200 1000 900]/StemV 90>>`;
  const system = `/CIDSystemInfo<</Registry(Adobe)/Ordering(${ordering})/Supplement 2>>`;
  return pdfOf(
    '<</Type/Pages/Count 1/Kids[3 0 R]>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 200]/Resources<</Font<</F 5 0 R>>>>/Contents 4 0 R>>',
    stream('', `BT /F 24 Tf 20 150 Td <${hex}> Tj ET`),
    `<</Type/Font/Subtype/Type0/BaseFont/${font}/Encoding/${encoding}/DescendantFonts[6 0 R]>>`,
    `<</Type/Font/Subtype/CIDFontType2/BaseFont/${font}${system}/DW 1000${descriptor}>>`,
  );
}

describe('a font that a PDF does not bring along is replaced', () => {
  const utf16 = (text: string) => Buffer.from(text, 'utf16le').swap16().toString('hex');
  test.each([
    ['Simplified Chinese, as in electronic invoices', 'SimSun', 'UniGB-UCS2-H', 'GB1', utf16('发票'), utf16('金额')],
    ['Simplified Chinese, by GBK', 'KaiTi', 'GBK-EUC-H', 'GB1', 'b7a2c6b1', 'bdf0b6ee'],
    ['Simplified Chinese, by the collection', 'STSong-Light', 'Identity-H', 'GB1', '0ff10ff2', '0ff30ff4'],
    ['Traditional Chinese', 'MingLiU', 'UniCNS-UCS2-H', 'CNS1', utf16('發票'), utf16('金額')],
    ['Japanese', 'MS-Mincho', 'UniJIS-UCS2-H', 'Japan1', utf16('かな'), utf16('金額')],
    ['Latin', 'ArialMT', 'UniGB-UCS2-H', 'GB1', utf16('ab'), utf16('cd')],
  ])('%s', async (_what, font, encoding, ordering, one, other) => {
    const pictures = [];
    for (const text of [one, other]) {
      const pages = await open(fontlessPdf(font, encoding, ordering, text));
      const { png } = await pages.render(1, AMPLE);
      expect(await ink(png)).toEqual([true, false, false, false]);
      pictures.push(Buffer.from(png).toString('base64'));
    }
    expect(pictures[0]).not.toBe(pictures[1]); // no boxes for what it has not
  });
});

describe('what is no whole document', () => {
  test.each([
    ['nothing', ''],
    ['garbage', 'not a document at all'],
    ['garbage that begins like one', `%PDF-1.7\n${'x'.repeat(1_000)}`],
    [
      'no pages',
      '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj trailer<</Root 1 0 R>>',
    ],
  ])('%s', async (_name, text) => {
    await expect(open(Buffer.from(text))).rejects.toThrow(DocumentCorrupt);
  });

  test('cut off anywhere it opens or is corrupt', async () => {
    const whole = await makePdf([{ text: 'cut off' }]);
    for (let length = 0; length < whole.length; length += 61) {
      const outcome = await open(whole.subarray(0, length)).catch((error: unknown) => error);
      if (outcome instanceof Error) expect(outcome).toBeInstanceOf(DocumentCorrupt);
    }
  });
});

const notThere = (error: unknown) => expect(error).toBeInstanceOf(PageUnreadable);

describe('a page that cannot be read', () => {
  test('for its size is refused before a pixel is made, and alone', async () => {
    const pages = await opening([{ width: 1_000_000, height: 1_000_000 }, { text: 'fine' }]);
    const before = process.memoryUsage.rss();
    await expect(pages.render(1, AMPLE)).rejects.toMatchObject({
      name: 'PageTooLarge',
      width: 1_000_000,
      height: 1_000_000,
      maxPixels: AMPLE.maxPixels,
    });
    await expect(pages.render(1, { dpi: 600, maxPixels: Number.MAX_SAFE_INTEGER })).rejects.toThrow(PageTooLarge);
    expect(process.memoryUsage.rss() - before).toBeLessThan(200_000_000);
    await expect(pages.render(2, { dpi: 72, maxPixels: 612 * 792 })).resolves.toMatchObject({ width: 612 });
    await expect(pages.render(2, { dpi: 72, maxPixels: 612 * 792 - 1 })).rejects.toThrow(PageTooLarge);
  });

  test('for the memory that it takes is unreadable, and alone', async () => {
    const pages = await open(greedyPdf(11_585));
    await expect(pages.render(1, { dpi: 72, maxPixels: 200_000_000 })).rejects.toThrow(PageUnreadable);
    await expect(pages.render(2, AMPLE)).resolves.toMatchObject({ width: 100, height: 100 });
  });

  test('since there is no such page', async () => {
    const pages = await opening([{ text: 'the only one' }]);
    for (const page of [0, 2, -1, 1.5, Number.NaN]) {
      await expect(pages.render(page, AMPLE)).rejects.toThrow(PageUnreadable);
      await expect(pages.size(page, 72)).rejects.toThrow(PageUnreadable);
      await expect(pages.text(page)).rejects.toThrow(PageUnreadable);
    }
    expect(await pages.text(1)).toBe('the only one');
  });

  test('since it is nowhere costs no more than to be told so', async () => {
    const pages = await open(pdfOf('<</Type/Pages/Count 100000/Kids[]>>'));
    expect(pages.count).toBe(100_000);
    for (let page = 1; page <= 2_000; page += 1) await pages.size(page, 72).catch(notThere);
    await expect(pages.render(1, AMPLE)).rejects.toThrow(PageUnreadable);
    await expect(pages.text(1)).rejects.toThrow(PageUnreadable);
  });

  test('since it has no area', async () => {
    const page = '<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/CropBox[200 200 300 300]>>';
    const pages = await open(pdfOf('<</Type/Pages/Count 1/Kids[3 0 R]>>', page));
    await expect(pages.size(1, 72)).rejects.toThrow(PageUnreadable);
    await expect(pages.render(1, AMPLE)).rejects.toThrow(PageUnreadable);
  });

  test('since it is none fails alone', async () => {
    const text = await makePdf([{ text: 'one' }, { text: 'two' }, { text: 'three' }]);
    const broken = Buffer.from(text);
    const pages = [...broken.toString('latin1').matchAll(/\/Type \/Page\n/g)];
    broken.write('/Type /Pope', pages[1]?.index ?? 0, 'latin1');
    const kids = await open(broken);
    const outcomes = [];
    for (let page = 1; page <= kids.count; page += 1) outcomes.push(await kids.text(page).catch((error) => error.name));
    expect(outcomes).toContain('one');
    expect(outcomes).toContain('three');
  });
});

test('documents are given back: forty of them do not add up', async () => {
  const bytes = await makePdf([{ text: 'again' }]);
  const before = process.memoryUsage.rss();
  for (let n = 0; n < 40; n += 1) {
    const pages = await openPages(bytes, 'application/pdf');
    await pages.render(1, AMPLE);
    pages.close();
  }
  expect(process.memoryUsage.rss() - before).toBeLessThan(600_000_000);
});

test('whatever bytes are changed, nothing but the four errors comes', async () => {
  const whole = await makePdf([{ text: 'changed' }, { text: 'at will', rotation: 90 }], (pdf) => {
    addAnnotation(pdf, pdf.getPage(0), [10, 10, 60, 60]);
    pdf.getForm().createTextField('a').addToPage(pdf.getPage(1), { x: 20, y: 20, width: 150, height: 40 });
  });
  const changes = fc.array(fc.tuple(fc.nat({ max: whole.length - 1 }), fc.nat({ max: 255 })), {
    minLength: 1,
    maxLength: 20,
  });
  await fc.assert(
    fc.asyncProperty(changes, async (made) => {
      const changed = Buffer.from(whole);
      for (const [at, value] of made) changed[at] = value;
      const outcomes: unknown[] = [];
      const pages = await open(changed).catch((error: unknown) => void outcomes.push(error));
      if (pages === undefined) return expect(FOUR).toContain((outcomes[0] as Error).constructor);
      for (const page of [1, 2]) {
        const options = { dpi: 36, maxPixels: 1_000_000 };
        await pages.render(page, options).catch((error: unknown) => outcomes.push(error));
        await pages.text(page).catch((error: unknown) => outcomes.push(error));
      }
      for (const error of outcomes) expect(FOUR).toContain((error as Error).constructor);
    }),
    { numRuns: 60 },
  );
});

test('of a text without end the beginning is taken', async () => {
  const line = 'word '.repeat(200).trim();
  const pages = await opening([{ text: Array.from({ length: 80 }, () => line).join('\n'), width: 9000, height: 9000 }]);
  const text = await pages.text(1);
  expect(text?.length).toBeLessThanOrEqual(64 * 1024);
  expect(text?.length).toBeGreaterThan(60 * 1024);
  expect(text?.startsWith('word word')).toBe(true);
});
