import type { Document, Page } from '@ocrelay/document';
import { unreadNote } from '../document/unread-note.ts';
import { printable } from '../text/printable.ts';
import { textExporter } from '../text/text-exporter.ts';

/**
 * The text alone: an empty line between blocks, tabs between the cells of a row, a form feed between pages. A page that could not
 * be read says so, in brackets.
 */
export const txt = textExporter('text/plain; charset=utf-8', 'txt', ({ document }) => txtParts(document));

function* txtParts({ pages }: Document): Generator<string> {
  for (const [index, page] of pages.entries()) yield (index === 0 ? '' : '\f') + pageText(page);
  yield '\n';
}

function pageText(page: Page): string {
  const note = unreadNote(page);
  if (note !== null) return `[${printable(note)}]`;
  return page.blocks
    .map((block) => printable(block.text).replace(/^\n+|\s+$/g, ''))
    .filter((text) => text !== '')
    .join('\n\n');
}
