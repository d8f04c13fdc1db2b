import { type Block, type Document, deriveDocument, type Table } from '../../src/index.ts';

/** A page of 900 × 1200 pixels with these blocks. */
export const pageOf = (...parsing_res_list: unknown[]) => ({ width: 900, height: 1200, parsing_res_list });

export const documentOf = (...blocks: unknown[]): Document => deriveDocument([{ raw: { pages: [pageOf(...blocks)] } }]);

export const blocksOf = (...blocks: unknown[]): Block[] => documentOf(...blocks).pages[0]?.blocks ?? [];

export const textBlock = (block_content: unknown, more: object = {}) => ({
  block_label: 'text',
  block_content,
  block_bbox: [10, 10, 100, 20],
  ...more,
});

export const tableBlock = (block_content: string, more: object = {}) => ({
  block_label: 'table',
  block_content,
  block_bbox: [0, 0, 300, 120],
  ...more,
});

/** The first table of what a table's block becomes. */
export function tableOf(html: string, more: object = {}): Table {
  return tableIn(documentOf(tableBlock(html, more)));
}

/** The first table of the first page. */
export function tableIn({ pages }: Document): Table {
  const found = pages[0]?.blocks.find(({ table }) => table !== undefined)?.table;
  if (found === undefined) throw new Error('no table came of it');
  return found;
}

/** A grid as a picture: a row a line, and at each place the text of its cell, `.` where that is empty. */
export function picture(html: string): string[] {
  const { rows, columns, cells } = tableOf(html);
  const places = Array.from({ length: rows }, () => new Array<string>(columns).fill('!'));
  for (const { row, column, row_span, column_span, text } of cells)
    for (let y = row; y < row + row_span; y += 1) {
      const line = places[y];
      for (let x = column; x < column + column_span; x += 1)
        if (line) line[x] = (line[x] === '!' ? '' : '?') + (text || '.');
    }
  return places.map((texts) => texts.join(' '));
}

/** What is warned about a table's block: `code`, or `code @row,column`. */
export function warningsOf(...blocks: unknown[]): string[] {
  return warningsIn(documentOf(...blocks));
}

/** What is warned about a document, said as by {@link warningsOf}. */
export function warningsIn({ warnings }: Document): string[] {
  return warnings.map(({ code, cell }) => (cell ? `${code} @${cell.row},${cell.column}` : code));
}
