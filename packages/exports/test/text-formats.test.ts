import { describe, expect, test } from '@jest/globals';
import type { Block, Page } from '@ocrelay/document';
import fc from 'fast-check';
import { exportDocuments } from '../src/index.ts';
import { document } from './support/arbitrary-document.ts';
import { block, documentOf, letters, page, source, textOf } from './support/documents.ts';

describe('JSON', () => {
  test('is the document and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(document, async (one) => {
        const text = await textOf(exportDocuments('json', [source(one)], {}));
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(one)));
        expect(Object.keys(JSON.parse(text))).toEqual(['document_version', 'pages', 'warnings']);
      }),
    );
  });
});

test.each(['txt', 'md', 'html'] as const)('a picture leaves nothing in %s', async (format) => {
  const made = async (...blocks: readonly Block[]) =>
    textOf(exportDocuments(format, [source(documentOf(page(...blocks)))], {}));
  const [above, below] = [block('text', 'above'), block('text', 'below')];
  expect(await made(above, block('image', ''), below)).toBe(await made(above, below));
});

describe('text', () => {
  const txt = async (...pages: readonly Page[]) => textOf(exportDocuments('txt', [source(documentOf(...pages))], {}));

  test('has an empty line between blocks, tabs between cells and a form feed between pages', async () => {
    const first = page(block('doc_title', 'Title'), block('image', ''), block('table', 'a\tb\n1\t2'));
    expect(await txt(first, page(block('text', 'Next')))).toBe('Title\n\na\tb\n1\t2\fNext\n');
  });

  test('has form feeds only between pages, and no controls', async () => {
    expect(await txt(page(block('text', 'a\fb\0c\rd\u001b[31m\x7fe')))).toBe('a bc\nd[31me\n');
  });

  test('says of a page that could not be read why', async () => {
    const unread = { ...page(), error: { code: 'ocr_failed', message: 'no answer' } };
    expect(await txt(page(block('text', 'a')), unread)).toBe('a\f[Page 2 could not be read (ocr_failed): no answer]\n');
  });

  test('keeps what was read, of every page', async () => {
    await fc.assert(
      fc.asyncProperty(document, async (one) => {
        const pages = (await textOf(exportDocuments('txt', [source(one)], {}))).split('\f');
        const read = one.pages.map(({ blocks }) => blocks.map(({ text }) => letters(text)).join(''));
        expect(pages.map(letters)).toEqual(read.length === 0 ? [''] : read);
      }),
    );
  });
});
