import type { Block, Page } from '@ocrelay/document';
import { headingLevel, isFormula, isMarginal, isTableCaption } from '../document/kinds.ts';
import { unreadNote } from '../document/unread-note.ts';
import type { ExportSource } from '../exporter.ts';
import { textExporter } from '../text/text-exporter.ts';
import { borderClass } from './border-class.ts';
import { escapeHtml, escapeLines } from './escape.ts';
import { CONTENT_SECURITY_POLICY, PAGE_STYLE } from './page-style.ts';
import { tableHtml } from './table-html.ts';

/** A page of its own, to look at and to print: no scripts, nothing loaded, all text escaped. */
export const html = textExporter('text/html; charset=utf-8', 'html', htmlParts);

/** The language is not known, so none is said; each block finds its own direction. */
function* htmlParts({ name, document }: ExportSource): Generator<string> {
  yield '<!DOCTYPE html>\n<html>\n<head>\n<meta charset="utf-8">\n';
  yield `<meta http-equiv="Content-Security-Policy" content="${escapeHtml(CONTENT_SECURITY_POLICY)}">\n`;
  yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n';
  yield `<title>${escapeHtml(name)}</title>\n<style>${PAGE_STYLE}</style>\n</head>\n<body dir="auto">\n`;
  for (const page of document.pages) yield* pageHtml(page);
  yield '</body>\n</html>\n';
}

function* pageHtml(page: Page): Generator<string> {
  yield `<section id="page-${page.number}">\n`;
  const note = unreadNote(page);
  if (note !== null) yield `<p class="unread">${escapeLines(note)}</p>\n`;
  for (const block of page.blocks) {
    if (block.table === undefined) yield blockHtml(block);
    else yield* tableHtml(block.table, borderClass);
  }
  yield '</section>\n';
}

function blockHtml({ kind, text }: Block): string {
  if (text.trim() === '') return '';
  if (isFormula(kind)) return `<pre class="formula">\n${escapeHtml(text)}</pre>\n`; // the parser drops the first line end
  const level = headingLevel(kind);
  if (level !== null) return `<h${level} dir="auto">${escapeLines(text)}</h${level}>\n`;
  return `<p dir="auto"${classOf(kind)}>${escapeLines(text)}</p>\n`;
}

function classOf(kind: string): string {
  if (isMarginal(kind)) return ' class="marginal"';
  return isTableCaption(kind) || kind.endsWith('_title') ? ' class="caption"' : '';
}
