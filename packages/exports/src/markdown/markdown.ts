import type { Block, Document, Page } from '@ocrelay/document';
import { headingLevel, isFormula } from '../document/kinds.ts';
import { unreadNote } from '../document/unread-note.ts';
import type { Exporter } from '../exporter.ts';
import { noOptions } from '../query-options.ts';
import { utf8 } from '../text/utf8.ts';
import { escapeLine, escapeParagraph } from './escape.ts';
import { formulaMarkdown } from './formula-markdown.ts';
import { tableMarkdown } from './table-markdown.ts';

/** GitHub's Markdown, in which no text that was read is anything but text. A rule parts the pages. */
export const markdown: Exporter<Record<string, never>> = {
  mediaType: 'text/markdown; charset=utf-8; variant=GFM',
  extension: 'md',
  holdsMany: false,
  options: noOptions,
  write: ([source]) => ({
    mediaType: markdown.mediaType,
    extension: markdown.extension,
    body: utf8(source === undefined ? [] : markdownParts(source.document)),
  }),
};

function* markdownParts({ pages }: Document): Generator<string> {
  for (const [index, page] of pages.entries()) {
    if (index > 0) yield '***\n\n'; // three dashes at the top would begin front matter
    yield* pageMarkdown(page);
  }
}

function* pageMarkdown(page: Page): Generator<string> {
  const note = unreadNote(page);
  if (note !== null) yield `${escapeLine(note)}\n\n`;
  for (const block of page.blocks) {
    if (block.table === undefined) yield blockMarkdown(block);
    else yield* tableMarkdown(block.table);
  }
}

function blockMarkdown({ kind, text }: Block): string {
  if (isFormula(kind) && text.trim() !== '') return formulaMarkdown(text);
  const level = headingLevel(kind);
  const shown = level === null ? escapeParagraph(text) : escapeLine(text);
  if (shown === '') return '';
  return `${level === null ? '' : `${'#'.repeat(level)} `}${shown}\n\n`;
}
