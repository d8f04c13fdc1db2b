import type { Document, Table } from '@ocrelay/document';
import { headingLevel, isMarginal, isTableCaption } from './kinds.ts';

/** A table, and what its document calls it. */
export interface TitledTable {
  readonly table: Table;
  /** The number of the page that it stands on. */
  readonly page: number;
  /** Of the caption right before it, else of the last heading before it; null without either. */
  readonly title: string | null;
}

/** The tables of a document in reading order: table n of every export is the nth of these. */
export function tablesOf(document: Document): TitledTable[] {
  const found: TitledTable[] = [];
  let heading: string | null = null;
  let caption: string | null = null;
  const blocks = document.pages.flatMap((page) => page.blocks.map((block) => ({ ...block, page: page.number })));
  for (const { kind, text, table, page } of blocks) {
    if (table !== undefined) found.push({ table, page, title: caption ?? heading });
    else if (headingLevel(kind) !== null) heading = firstLine(text) ?? heading;
    if (isTableCaption(kind)) caption = firstLine(text);
    else if (!isMarginal(kind)) caption = null; // a page's footer may stand between a caption and its table
  }
  return found;
}

function firstLine(text: string): string | null {
  return text.trim().split('\n')[0]?.trim() || null;
}
