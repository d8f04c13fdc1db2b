import { tableRows } from './html/table-rows.ts';
import { inReadingOrder } from './reading-order.ts';
import { storable } from './storable-text.ts';

/** What this package needs to know of an OCR result (jobs protocol, "Result"). */
export interface ReadResult {
  readonly pages: readonly ReadPage[];
}
export interface ReadPage {
  readonly parsing_res_list: readonly ReadBlock[];
}
export interface ReadBlock {
  readonly block_label: string;
  readonly block_content: string;
  readonly block_order?: number | null | undefined;
}

/**
 * What was read, as plain text in reading order: a block a paragraph, a table's row a line with tabs between the cells,
 * formulas as they are, a form feed between two pages. Holds no NUL and no lone surrogate: Postgres would refuse them.
 */
export function plainText(result: ReadResult): string {
  return result.pages.map(pageText).join('\f');
}

function pageText(page: ReadPage): string {
  return inReadingOrder(page.parsing_res_list, ({ block_order }) => block_order)
    .map(blockText)
    .filter((text) => text !== '')
    .join('\n\n');
}

function blockText(block: ReadBlock): string {
  const text = storable(block.block_content);
  if (!isTable(block, text)) return text.trim();
  return tableRows(text)
    .map((row) => storable(row.join('\t')).trimEnd()) // an entity may have smuggled a NUL in
    .join('\n');
}

function isTable(block: ReadBlock, text: string): boolean {
  return block.block_label === 'table' || /^\s*<table[\s>]/i.test(text);
}
