import type { Block, Document, Page } from '@ocrelay/document';
import { headingLevel, isFormula } from '../document/kinds.ts';
import { unreadNote } from '../document/unread-note.ts';
import { textExporter } from '../text/text-exporter.ts';
import { escapeLine, escapeParagraph } from './escape.ts';
import { formulaMarkdown } from './formula-markdown.ts';
import { tableMarkdown } from './table-markdown.ts';

/** GitHub's Markdown, in which no text that was read is anything but text. A rule parts the pages. */
export const markdown = textExporter('text/markdown; charset=utf-8; variant=GFM', 'md', ({ document }) =>
  markdownParts(document),
);

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
