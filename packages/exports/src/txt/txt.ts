import type { Document, Page } from '@ocrelay/document';
import type { Exporter } from '../exporter.ts';
import { noOptions } from '../query-options.ts';
import { printable } from '../text/printable.ts';
import { utf8 } from '../text/utf8.ts';

/** The text alone: an empty line between blocks, tabs between the cells of a row, a form feed between pages. */
export const txt: Exporter<Record<string, never>> = {
  mediaType: 'text/plain; charset=utf-8',
  extension: 'txt',
  holdsMany: false,
  options: noOptions,
  write: ([source]) => ({
    mediaType: txt.mediaType,
    extension: txt.extension,
    body: utf8(source === undefined ? [] : txtParts(source.document)),
  }),
};

function* txtParts({ pages }: Document): Generator<string> {
  for (const [index, page] of pages.entries()) yield (index === 0 ? '' : '\f') + pageText(page);
  yield '\n';
}

function pageText(page: Page): string {
  return page.blocks
    .map((block) => printable(block.text).replace(/^\n+|\s+$/g, ''))
    .filter((text) => text !== '')
    .join('\n\n');
}
