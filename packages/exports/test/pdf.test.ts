import { inflateSync } from 'node:zlib';
import { PDFDict, PDFDocument, PDFHexString, PDFName } from '@cantoo/pdf-lib';
import { describe, expect, test } from '@jest/globals';
import type { Block, Box, Document } from '@ocrelay/document';
import fc from 'fast-check';
import sharp from 'sharp';
import { exportDocuments, type PageImage } from '../src/index.ts';
import { linesOver } from '../src/pdf/lines-over.ts';
import { document, text } from './support/arbitrary-document.ts';
import { block, bytesOf, cell, documentOf, letters, page, source, table } from './support/documents.ts';
import { readPdf, renderFirstPage } from './support/pdf-reader.ts';

const POINTS = 72 / 200; // a pixel, where its picture does not say otherwise

async function pdf(of: Document, image: PageImage | null = null): Promise<Buffer> {
  return bytesOf(exportDocuments('pdf', [source(of, { pageImage: async () => image })], {}));
}
async function firstPage(...blocks: readonly Block[]) {
  const [read] = await readPdf(await pdf(documentOf({ ...page(...blocks), width: 1000, height: 1400 })));
  if (read === undefined) throw new Error('no page');
  return read;
}
/** A box of pixels in points, a little larger than it is. */
const around = (box: Box): Box => [box[0] * POINTS - 1, box[1] * POINTS - 1, box[2] * POINTS + 1, box[3] * POINTS + 1];
/** What is drawn on the first page, whose objects come first. */
function operators(file: Buffer): string {
  return inflateSync(file.subarray(file.indexOf('stream\n') + 7)).toString();
}
const line = (text: string, bbox: Box) => ({ text, bbox, confidence: 1 });

describe('the text', () => {
  const upper: Box = [100, 100, 900, 140];
  const lower: Box = [100, 160, 500, 200];

  test('stands where its lines stand, in every script', async () => {
    const lines = [line('送货单 𠮷野家 😀', upper), line('Delivery note: é', lower)];
    const read = await firstPage(block('text', 'other', { lines }));
    expect(letters(read.textIn(around(upper)))).toBe('送货单𠮷野家😀');
    expect(letters(read.textIn(around(lower)))).toBe('Deliverynote:é');
    expect(read.text).not.toContain('other');
  });

  test('has its words in their part of the line', async () => {
    const read = await firstPage(block('text', '', { lines: [line('left right', upper)] }));
    expect(read.textIn(around([100, 100, 450, 140])).trim()).toBe('left');
    expect(read.textIn(around([550, 100, 900, 140])).trim()).toBe('right');
  });

  test('stands in the cells of a table, apart from each other', async () => {
    const cells = [
      cell(0, 0, 'one', { bbox: [100, 100, 300, 140] }),
      cell(0, 1, 'two', { bbox: [300, 100, 500, 140] }),
    ];
    const read = await firstPage(block('table', 'one\ttwo', { table: table(1, 2, cells), bbox: [100, 100, 500, 140] }));
    expect(read.textIn(around([300, 100, 500, 140])).trim()).toBe('two');
    expect(read.text.split(/\s+/)).toEqual(['one', 'two']);
    const full = [
      cell(0, 0, 'aaaaaa', { bbox: [100, 100, 160, 140] }),
      cell(0, 1, 'bbbbbb', { bbox: [160, 100, 220, 140] }),
    ];
    const filled = await firstPage(block('table', '', { table: table(1, 2, full) }));
    expect(filled.text.split(/\s+/)).toEqual(['aaaaaa', 'bbbbbb']);
  });

  test('stands where a cell would be in an even grid when nobody says where it is', async () => {
    const cells = [cell(0, 0, 'one'), cell(0, 1, 'two')];
    const read = await firstPage(block('table', '', { table: table(1, 2, cells), bbox: [100, 100, 500, 140] }));
    expect(read.textIn(around([300, 100, 500, 140])).trim()).toBe('two');
  });

  test('is spread over the height of a block without lines', async () => {
    const words = Array.from({ length: 60 }, (_, index) => `word${index}`).join(' ');
    const read = await firstPage(block('text', words, { bbox: [100, 100, 600, 300] }));
    expect(read.text.trim().split('\n').length).toBeGreaterThan(3);
    expect(read.text.replace(/\s+/g, ' ').trim()).toBe(words);
    expect(letters(read.textIn(around([100, 100, 600, 200])))).toMatch(/^word0word1/);
    expect(letters(read.textIn(around([100, 200, 600, 300])))).toMatch(/word58word59$/);
  });

  test('of a block with line ends keeps them', async () => {
    const read = await firstPage(block('text', 'above\nbelow', { bbox: [100, 100, 300, 200] }));
    expect(read.textIn(around([100, 100, 300, 140])).trim()).toBe('above');
    expect(read.textIn(around([100, 160, 300, 200])).trim()).toBe('below');
  });

  test('is not seen', async () => {
    const of = documentOf({ ...page(block('text', 'XXXX', { bbox: [0, 0, 1000, 1400] })), width: 1000, height: 1400 });
    const { data } = await renderFirstPage(await pdf(of));
    expect(data.every((byte) => byte === 255)).toBe(true);
    expect(operators(await pdf(of))).toMatch(/BT 3 Tr\n/); // whatever font a reader may put in place of ours
  });

  test('of any document is read back whole, also with more characters than a byte has', async () => {
    const boxed = text.filter((one) => !RIGHT_TO_LEFT.test(one)).map((one) => line(one, [100, 100, 900, 140]));
    await fc.assert(
      fc.asyncProperty(boxed, async (one) => {
        const read = await firstPage(block('text', '', { lines: [one] }));
        expect([...comparable(read.text)].sort()).toEqual([...comparable(one.text)].sort());
      }),
      { numRuns: 200 },
    );
    const many = String.fromCodePoint(...Array.from({ length: 3000 }, (_, index) => 0x4e00 + index));
    const read = await firstPage(block('text', many, { bbox: [0, 0, 1000, 1400] }));
    expect(letters(read.text)).toBe(many);
  });
});

/** Such text PDFium turns around, also what it cannot turn: astral characters beside it get lost. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** Letters and digits: of signs PDFium drops some. */
function comparable(text: string): string {
  return text.normalize('NFKC').replace(/[^\p{L}\p{N}]/gu, '');
}

test('a text may have more lines than a call takes arguments', () => {
  const lines = linesOver('ab\n'.repeat(200_000), [0, 0, 100, 200]);
  expect(lines).toHaveLength(200_000);
  expect(lines.at(-1)).toMatchObject({ text: 'ab', box: [0, expect.closeTo(199.999), expect.closeTo(0.001), 200] });
});

describe('a page', () => {
  const size = { width: 20, height: 30, channels: 3 as const, background: '#ff0000' };
  const jpeg = async () => sharp({ create: size }).jpeg().toBuffer();
  const of = (width: number, height: number) => documentOf({ ...page(), width, height });

  test('is as large as its pixels are at 200 dpi, or at what its picture says', async () => {
    const image: PageImage = { kind: 'jpeg', bytes: await jpeg() };
    const sizes = async (document: Document, picture: PageImage | null) =>
      (await readPdf(await pdf(document, picture))).map(({ widthPt, heightPt }) => [
        Math.round(widthPt),
        Math.round(heightPt),
      ]);
    expect(await sizes(of(1654, 2339), image)).toEqual([[595, 842]]);
    expect(await sizes(of(1654, 2339), { ...image, dpi: { x: 100, y: 100 } })).toEqual([[1191, 1684]]);
    expect(await sizes(of(0, 0), { ...image, dpi: { x: 72, y: 72 } })).toEqual([[20, 30]]);
    expect(await sizes(of(0, 0), null)).toEqual([[595, 842]]);
    expect(await sizes(of(100_000, 1_000), null)).toEqual([[14_400, 144]]);
  });

  test('of a fax has the proportions of the paper, and its text at its place', async () => {
    const line = block('text', 'below', { bbox: [864, 1000, 1728, 1050] });
    const fax = documentOf({ ...page(line), width: 1728, height: 1100 });
    const [read] = await readPdf(await pdf(fax, { kind: 'jpeg', bytes: await jpeg(), dpi: { x: 204, y: 98 } }));
    expect([read?.widthPt, read?.heightPt].map((side) => Math.round(side ?? 0))).toEqual([610, 808]);
    expect(read?.textIn([304, 734, 611, 772]).trim()).toBe('below');
  });

  test('holds its JPEG as it is', async () => {
    const bytes = await jpeg();
    const shared = Buffer.concat([Buffer.from('before'), bytes, Buffer.from('after')]).subarray(6, 6 + bytes.length);
    expect((await pdf(of(20, 30), { kind: 'jpeg', bytes: shared })).includes(bytes)).toBe(true);
  });

  test.each([
    ['a JPEG', async () => ({ kind: 'jpeg' as const, bytes: await jpeg() })],
    ['a PNG', async () => ({ kind: 'png' as const, bytes: await sharp({ create: size }).png().toBuffer() })],
    [
      'a PNG with a palette',
      async () => ({ kind: 'png' as const, bytes: await sharp({ create: size }).png({ palette: true }).toBuffer() }),
    ],
    [
      'a PNG with transparency',
      async () => ({ kind: 'png' as const, bytes: await sharp({ create: size }).ensureAlpha(0.9).png().toBuffer() }),
    ],
    [
      'a PNG that is interlaced',
      async () => ({
        kind: 'png' as const,
        bytes: await sharp({ create: size }).png({ progressive: true }).toBuffer(),
      }),
    ],
  ])('shows %s all over', async (_, make) => {
    const { data, width, height } = await renderFirstPage(await pdf(of(200, 300), await make()));
    for (const at of [0, (width * height) >> 1, width * height - 1]) {
      const [red = 0, green = 255, blue = 255] = data.subarray(at * 4, at * 4 + 3);
      expect(red).toBeGreaterThan(200);
      expect(Math.max(green, blue)).toBeLessThan(60);
    }
  });

  test('asks for its picture when its turn comes, by its number', async () => {
    const asked: number[] = [];
    const two = documentOf(page(), page());
    const pageImage = async (number: number) => {
      asked.push(number);
      return null;
    };
    const { body } = exportDocuments('pdf', [source(two, { pageImage })], {});
    expect(asked).toEqual([]);
    for await (const _ of body) expect(asked.length).toBeLessThanOrEqual(2);
    expect(asked).toEqual([1, 2]);
  });

  test('that cannot be had ends the file with its error', async () => {
    const pageImage = async () => Promise.reject(new Error('gone'));
    await expect(bytesOf(exportDocuments('pdf', [source(of(1, 1), { pageImage })], {}))).rejects.toThrow('gone');
  });
});

test('any document is a file with a page for each of its own', async () => {
  await fc.assert(
    fc.asyncProperty(document, async (one) => {
      if (one.pages.length > 0) expect(await readPdf(await pdf(one))).toHaveLength(one.pages.length);
    }),
    { numRuns: 100 },
  );
});

test('a file says what it is called, and no time', async () => {
  const made = (await pdf(documentOf(page()))).toString('latin1');
  expect(made).toContain('/Title');
  expect(made).not.toMatch(/CreationDate|ModDate/);
});

test('a page that could not be read has a note that says why, and the others have none', async () => {
  const unread = { ...page(), error: { code: 'ocr_failed', message: 'keine Antwort, 没有回答' } };
  const file = await PDFDocument.load(await pdf(documentOf(page(block('text', 'a')), unread)));
  const notes = file.getPages().map((one) =>
    (one.node.Annots()?.asArray() ?? []).map((note) => {
      return note instanceof PDFDict ? note.lookup(PDFName.of('Contents'), PDFHexString).decodeText() : null;
    }),
  );
  expect(notes).toEqual([[], ['Page 2 could not be read (ocr_failed): keine Antwort, 没有回答']]);
});
