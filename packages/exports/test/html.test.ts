import { describe, expect, test } from '@jest/globals';
import type { Document } from '@ocrelay/document';
import fc from 'fast-check';
import { PAGE_STYLE } from '../src/html/page-style.ts';
import { exportDocuments } from '../src/index.ts';
import { document, text } from './support/arbitrary-document.ts';
import { block, cell, documentOf, letters, page, source, table, tableBlock, textOf } from './support/documents.ts';
import { readPage } from './support/html-tree.ts';

const html = async (of: Document, name = 'invoice') => textOf(exportDocuments('html', [source(of, { name })], {}));
const bodyOf = (page: string) => page.slice(page.indexOf('<body'));

const OURS = ['html', 'head', 'meta', 'title', 'style', 'body', 'section', 'h1', 'h2', 'p', 'pre', 'br'];
const OF_TABLES = ['table', 'thead', 'tbody', 'tr', 'th', 'td'];
const ATTRIBUTES = ['charset', 'http-equiv', 'content', 'name', 'dir', 'id', 'class', 'scope', 'rowspan', 'colspan'];

test('any document is a page without a fault, of our elements only, with its text kept', async () => {
  await fc.assert(
    fc.asyncProperty(document, text, async (one, name) => {
      const made = await html(one, name);
      const { elements, tags, errors } = readPage(made);
      expect(
        errors.filter(
          (error) => error !== 'control-character-in-input-stream' && error !== 'noncharacter-in-input-stream',
        ),
      ).toEqual([]);
      expect([...OURS, ...OF_TABLES]).toEqual(expect.arrayContaining([...tags]));
      for (const { attributes } of elements) {
        expect(ATTRIBUTES).toEqual(expect.arrayContaining(Object.keys(attributes)));
      }
      const blocks = one.pages.flatMap((of) => of.blocks);
      const read = blocks.map(
        ({ text: own, table: of }) => of?.cells.map((inside) => letters(inside.text)).join('') ?? letters(own),
      );
      expect(letters(elements.find(({ tag }) => tag === 'body')?.text ?? '')).toBe(read.join(''));
    }),
    { numRuns: 300 },
  );
});

describe('a page', () => {
  test('loads and runs nothing: its policy allows its own style alone', async () => {
    const made = await html(documentOf(page(block('text', 'a'))));
    const { elements } = readPage(made);
    const style = elements.find(({ tag }) => tag === 'style')?.text ?? '';
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(style));
    const policy = elements.find(({ attributes }) => attributes['http-equiv'] === 'Content-Security-Policy');
    expect(policy?.attributes['content']).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'/);
    expect(policy?.attributes['content']).toContain(Buffer.from(digest).toString('base64'));
    expect(made).not.toMatch(/<script|\son\w+=|url\(|@import|\bsrc=|href=/i);
  });

  test('has headings by kind, and formulas as they are', async () => {
    const blocks = [
      block('doc_title', 'A'),
      block('paragraph_title', 'B'),
      block('text', 'c\nd'),
      block('formula', '\nx < y'),
    ];
    expect(bodyOf(await html(documentOf(page(...blocks))))).toContain(
      '<h1 dir="auto">A</h1>\n<h2 dir="auto">B</h2>\n<p dir="auto">c<br>d</p>\n<pre class="formula">\n\nx &lt; y</pre>\n',
    );
  });

  test('is a sheet of paper for each page that was read', async () => {
    const made = await html(documentOf(page(), page()));
    expect(made).toContain('<section id="page-1">');
    expect(made).toContain('<section id="page-2">');
    expect(made).toMatch(/@media print \{[^@]*break-before: page/);
  });
});

describe('a table', () => {
  const tableOf = async (...args: Parameters<typeof table>) =>
    bodyOf(await html(documentOf(page(tableBlock(table(...args))))));

  test('says what its headers head', async () => {
    const made = await tableOf(3, 2, [
      cell(0, 0, 'a', { header: true, column_span: 2 }),
      cell(1, 0, 'b', { header: true, row_span: 2 }),
      cell(1, 1, 'c'),
      cell(2, 1, 'd'),
    ]);
    expect(made).toContain('<thead>\n<tr><th scope="colgroup" colspan="2">a</th></tr>\n</thead>');
    expect(made).toContain('<tr><th scope="rowgroup" rowspan="2">b</th><td>c</td></tr>\n<tr><td>d</td></tr>');
  });

  test('keeps a span whole that reaches out of the headers', async () => {
    const made = await tableOf(2, 2, [
      cell(0, 0, 'a', { header: true, row_span: 2 }),
      cell(0, 1, 'b', { header: true }),
      cell(1, 1, 'c'),
    ]);
    expect(made).toContain('rowspan="2"');
    expect(made).not.toContain('<thead>');
  });

  test('has the borders that are known, by classes that its style knows, and all others', async () => {
    const sides = ['trbl', undefined, '', 'tb', 'l'];
    const made = await tableOf(
      1,
      sides.length,
      sides.map((borders, at) => cell(0, at, `${at}`, borders === undefined ? {} : { borders })),
    );
    expect(made).toContain(
      '<tr><td>0</td><td>1</td><td class="sides">2</td><td class="sides t b">3</td><td class="sides l">4</td></tr>',
    );
    for (const known of ['.sides', '.t', '.r', '.b', '.l'])
      expect(PAGE_STYLE).toMatch(new RegExp(`^\\${known} \\{`, 'm'));
  });
});
