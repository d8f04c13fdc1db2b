import { describe, expect, test } from '@jest/globals';
import type { Block, Document } from '@ocrelay/document';
import fc from 'fast-check';
import { marked } from 'marked';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { exportDocuments } from '../src/index.ts';
import { document, text } from './support/arbitrary-document.ts';
import {
  block,
  cell,
  documentOf,
  letters,
  page,
  plainTable,
  source,
  table,
  tableBlock,
  textOf,
} from './support/documents.ts';
import { readFragment } from './support/html-tree.ts';

const markdown = async (of: Document) => textOf(exportDocuments('md', [source(of)], {}));
const written = async (...blocks: readonly Block[]) => markdown(documentOf(page(...blocks)));

const renderers = {
  micromark: (source: string) =>
    micromark(source, { extensions: [gfm()], htmlExtensions: [gfmHtml()], allowDangerousHtml: true }),
  marked: (source: string) => marked.parse(source, { async: false, gfm: true }),
};

/** What a page reads: tables cell by cell, everything else block by block. */
function readOf({ pages }: Document): string {
  const blocks = pages.flatMap((one) => one.blocks);
  return blocks
    .flatMap(({ text: own, table: of }) => of?.cells.map((one) => letters(one.text)) ?? letters(own))
    .join('');
}

describe.each(Object.entries(renderers))('rendered by %s', (_, render) => {
  test('any text reads as it was, and is no tag, link, image, code, list or heading', async () => {
    const ours = ['h1', 'h2', 'p', 'br', 'hr', 'table', 'thead', 'tbody', 'tr', 'th', 'td'];
    const attributes = ['rowspan', 'colspan', 'scope'];
    await fc.assert(
      fc.asyncProperty(document, async (one) => {
        const shown = readFragment(render(await markdown(one)));
        expect(ours).toEqual(expect.arrayContaining([...shown.tags]));
        for (const element of shown.elements) {
          expect(attributes).toEqual(expect.arrayContaining(Object.keys(element.attributes)));
        }
        expect(letters(shown.text)).toBe(readOf(one));
      }),
      { numRuns: 400 },
    );
  });

  test.each(['a.b@c.de', '0@.A', 'x@-.b', 'mailto:a@b.c', 'www.a.b', 'https://a.b'])('%s is no link', async (one) => {
    const { elements } = readFragment(render(await written(block('doc_title', one))));
    expect(elements).toEqual([{ tag: 'h1', attributes: {}, text: one }]);
  });

  test('a text is as many headings and paragraphs as it had blocks', async () => {
    await fc.assert(
      fc.asyncProperty(
        text.filter((one) => /\p{L}/u.test(one)),
        async (one) => {
          const blocks = [block('doc_title', one), block('text', one), block('paragraph_title', one)];
          const { elements } = readFragment(render(await written(...blocks)));
          expect(elements.map(({ tag }) => tag).filter((tag) => tag !== 'br')).toEqual(['h1', 'p', 'h2']);
        },
      ),
    );
  });

  test('a formula is nothing but a formula, whatever it holds', async () => {
    await fc.assert(
      fc.asyncProperty(text, async (one) => {
        const shown = readFragment(render(await written(block('formula', one), block('text', 'after'))));
        expect(['p', 'br', 'em', 'strong', 'pre', 'code']).toEqual(expect.arrayContaining([...shown.tags]));
        expect(shown.elements.at(-1)).toEqual({ tag: 'p', attributes: {}, text: 'after' });
      }),
    );
  });

  test('a table has its cells where they were', async () => {
    const { elements } = readFragment(
      render(await written(tableBlock(plainTable(['a|b', '`c'], ['d\ne', ''], ['\\', '|'])))),
    );
    const cells = elements.filter(({ tag }) => tag === 'td').map((one) => one.text);
    expect(cells).toEqual(['a|b', '`c', 'de', '', '\\', '|']);
  });
});

describe('a table', () => {
  test('is one of pipes where these can hold it; the head that they need is empty when there is none', async () => {
    expect(await written(tableBlock(plainTable(['a', 'b'])))).toBe('|  |  |\n| --- | --- |\n| a | b |\n\n');
    const headed = table(2, 1, [cell(0, 0, 'h', { header: true }), cell(1, 0, 'a\nb')]);
    expect(await written(tableBlock(headed))).toBe('| h |\n| --- |\n| a<br>b |\n\n');
  });

  test('is HTML where cells span, with no empty line in it', async () => {
    const spanning = table(2, 2, [cell(0, 0, 'a\n\nb', { column_span: 2 }), cell(1, 0, '<c>'), cell(1, 1, '')]);
    expect(await written(tableBlock(spanning))).toBe(
      '<table>\n<tbody>\n<tr><td colspan="2">a<br><br>b</td></tr>\n<tr><td>&lt;c&gt;</td><td></td></tr>\n</tbody>\n</table>\n\n',
    );
  });

  test('is HTML where it has more headers than pipes know', async () => {
    const headed = table(2, 1, [cell(0, 0, 'a', { header: true }), cell(1, 0, 'b', { header: true })]);
    expect(await written(tableBlock(headed))).toContain('<th scope="col">b</th>');
  });
});

test('pages are parted by a rule that no program takes for front matter', async () => {
  expect(await markdown(documentOf(page(), page(block('text', 'a'))))).toBe('***\n\na\n\n');
});

test('a page that could not be read is named', async () => {
  const unread = { ...page(), error: { code: 'ocr_failed', message: 'no *answer*' } };
  expect(await markdown(documentOf(unread))).toBe('Page 1 could not be read (ocr\\_failed): no \\*answer\\*\n\n');
});

test('a formula is LaTeX between $$, in a fence where it could be taken for something else', async () => {
  expect(await written(block('formula', '$$ x^2 + y_1 $$'))).toBe('$$\nx^2 + y_1\n$$\n\n');
  expect(await written(block('formula', 'a < b'))).toBe('```math\na < b\n```\n\n');
  expect(await written(block('formula', '<```'))).toBe('````math\n<```\n````\n\n');
});

test('a formula may hold more runs of backticks than a call takes arguments', async () => {
  const markdown = await written(block('formula', '`` ```` '.repeat(200_000)));
  expect(markdown.slice(0, 12)).toBe('`````math\n``');
});
