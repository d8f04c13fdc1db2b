import { gridLines } from './derive/table/grid-lines.ts';
import { type PlacedCell, placeCells } from './derive/table/place-cells.ts';
import { type HtmlTable, tableParts } from './derive/table/table-parts.ts';
import { oneLine } from './html/marks.ts';
import { tablePieces, withoutEscapes } from './html/table-pieces.ts';
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
 * What was read, as plain text in reading order: a block a paragraph, a table's row a line with a tab before each column
 * but the first, formulas as they are, a form feed between two pages. Holds no NUL and no lone surrogate: Postgres would refuse them.
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
  return tableParts(tablePieces(withoutEscapes(text)).pieces)
    .flatMap((part) => (part.kind === 'table' ? tableLines(part.table) : [storable(oneLine(part.text)).trimEnd()]))
    .join('\n');
}

/** A table too large for a grid is written cell after cell as it comes, so that nothing read is lost. */
function tableLines(table: HtmlTable): string[] {
  const { rows, cells, cut } = placeCells(table, () => undefined);
  if (!cut) return gridLines(rows, cells.map(placedText));
  const all = table.groups.flatMap((group) => group.rows);
  const asTheyCome = all.flatMap((row, at) =>
    row.map(({ text }, column) => ({ row: at, column, text: storable(text) })),
  );
  return gridLines(all.length, asTheyCome);
}

function placedText({ row, column, source }: PlacedCell) {
  return { row, column, text: storable(source.text) }; // an entity may have smuggled a NUL in
}

function isTable(block: ReadBlock, text: string): boolean {
  return block.block_label === 'table' || /^\s*<table[\s>]/i.test(text);
}
