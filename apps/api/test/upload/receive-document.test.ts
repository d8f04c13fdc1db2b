import { randomBytes } from 'node:crypto';
import { describe, expect, jest, test } from '@jest/globals';
import { encryptedPdf, makePdf } from '../../../../test/support/make-pdf.ts';
import { directoryOf, makeTiff, setEntry } from '../../../../test/support/make-tiff.ts';
import { serversOfTests, type UploadServer } from './upload-server.ts';

jest.setTimeout(60_000);

const PDF = await makePdf([{ text: 'one' }, { width: 300, height: 200 }]);
/** More than is kept in memory while a file arrives. */
const LARGE_PDF = Buffer.concat([PDF, Buffer.from('\n%'), Buffer.from(randomBytes(300_000).toString('base64'))]);
const STRIP_OFFSETS = 273;
const WIDTH = 256;

const server = serversOfTests();

async function post(to: UploadServer, bytes: Uint8Array, name = 'scan.png', signal?: AbortSignal) {
  const body = new FormData();
  body.set('file', new Blob([new Uint8Array(bytes)], { type: 'image/png' }), name);
  const answer = await fetch(to.url, { method: 'POST', body, ...(signal === undefined ? {} : { signal }) });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await new Promise((resolve) => setTimeout(resolve, 10));
}

describe('a document', () => {
  test.each([
    ['small', PDF],
    ['large', LARGE_PDF],
  ])('that is a %s PDF is taken for what it is, with its pages and the size of the first', async (_size, bytes) => {
    const to = await server();
    const { status, body } = await post(to, bytes);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      contentType: 'application/pdf',
      extension: 'pdf',
      sizeBytes: bytes.length,
      pages: 2,
      width: 1700,
      height: 2200,
    });
    expect(await to.files()).toEqual(['image-1.pdf']);
  });

  test('that is a PDF of one page is a document all the same', async () => {
    expect((await post(await server(), await makePdf([{}]))).body).toMatchObject({ pages: 1 });
  });

  test('that is a TIFF of several pages has their number; one of one page is an image', async () => {
    const to = await server();
    expect((await post(to, await makeTiff([{}, {}]))).body).toMatchObject({
      contentType: 'image/tiff',
      pages: 2,
      width: 60,
      height: 40,
    });
    expect((await post(to, await makeTiff([{}]))).body).toMatchObject({ pages: null });
  });

  test('that only its owner may change is taken', async () => {
    expect((await post(await server(), await encryptedPdf('owner-password'))).body).toMatchObject({ pages: 1 });
  });

  test('is taken with a page that is too large, or broken: that one fails alone, later', async () => {
    const to = await server();
    const huge = await makePdf([{ width: 1e9, height: 1e9 }, {}]);
    expect((await post(to, huge)).body).toMatchObject({ pages: 2, width: 2 ** 31 - 1, height: 2 ** 31 - 1 });
    const tiff = await makeTiff([{}, {}]);
    setEntry(tiff, directoryOf(tiff, 1), WIDTH, 1e9);
    setEntry(tiff, directoryOf(tiff, 2), STRIP_OFFSETS, 0x7fffffff);
    expect((await post(to, tiff)).body).toMatchObject({ pages: 2, width: 1e9, height: 40 });
  });
});

describe('a document that is refused is named, and leaves nothing', () => {
  test.each<[string, () => Promise<Uint8Array>, object]>([
    [
      'a PDF of too many pages',
      () => makePdf([{}, {}, {}, {}]),
      { code: 'too_many_pages', details: { pages: 4, max_pages: 3 } },
    ],
    [
      'a TIFF of too many pages',
      () => makeTiff([{}, {}, {}, {}]),
      { code: 'too_many_pages', details: { pages: 4, max_pages: 3 } },
    ],
    ['a PDF with a password', () => encryptedPdf('user-password'), { code: 'document_encrypted' }],
    ['half a header', async () => Buffer.from('%PDF-1.7\n%%%%%%%%%%%%'), { code: 'document_corrupt' }],
    ['a large PDF without an inside', async () => Buffer.alloc(400_000, '%PDF-1.7 '), { code: 'document_corrupt' }],
    ['a TIFF cut off in its second directory', halfTiff, { code: 'image_corrupt' }],
  ])('%s', async (_name, bytes, refusal) => {
    const to = await server({ maxPages: 3 });
    expect(await post(to, await bytes(), 'report.pdf')).toMatchObject({ status: 422, body: refusal });
    expect(await to.files()).toEqual([]);
    expect(await to.openHandles()).toBe(0);
  });

  test('one that takes too long to be looked into', async () => {
    const to = await server({ inspection: { openMs: 1 } });
    expect(await post(to, LARGE_PDF)).toMatchObject({ status: 422, body: { code: 'document_corrupt' } });
    expect(await to.files()).toEqual([]);
    expect(await to.openHandles()).toBe(0);
  });
});

describe('while documents are looked into', () => {
  test('the time for an upload ends the wait', async () => {
    const to = await server({ uploadTimeoutMs: 300, inspector: heldInspector().inspector });
    const answers = await Promise.all([post(to, LARGE_PDF), post(to, PDF)]);
    expect(answers.map(({ body }) => body['code'])).toEqual(['upload_timeout', 'upload_timeout']);
    await until(() => to.underWay() === 0);
    expect(await to.files()).toEqual([]);
    expect(await to.openHandles()).toBe(0);
  });

  test('a client that leaves is waited for no longer', async () => {
    const { inspector, underWay } = heldInspector();
    const to = await server({ uploadTimeoutMs: 600_000, inspector });
    const leaves = new AbortController();
    const left = post(to, LARGE_PDF, 'scan.pdf', leaves.signal).catch((error: unknown) => error);
    await until(() => underWay() === 1);
    leaves.abort();
    await left;
    await until(() => to.underWay() === 0);
    expect(underWay()).toBe(0);
    expect(await to.files()).toEqual([]);
  });

  test('images are taken as ever', async () => {
    const to = await server({ uploadTimeoutMs: 3_000, inspector: heldInspector().inspector });
    const held = post(to, PDF);
    expect((await post(to, await makeTiff([{}, {}]))).status).toBe(200);
    expect((await held).body).toMatchObject({ code: 'upload_timeout' });
  });
});

async function halfTiff(): Promise<Uint8Array> {
  const tiff = await makeTiff([{}, {}]);
  return tiff.subarray(0, directoryOf(tiff, 2) + 20);
}

/** Looks into no document before its signal aborts. */
function heldInspector() {
  let underWay = 0;
  const inspect = (_source: unknown, _dpi: number, signal: AbortSignal) => {
    underWay += 1;
    return new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => {
        underWay -= 1;
        reject(signal.reason);
      });
    });
  };
  return { inspector: { inspect }, underWay: () => underWay };
}
