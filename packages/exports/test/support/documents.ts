import type { Block, Cell, Document, Page, Table } from '@ocrelay/document';
import type { ExportFile, ExportSource } from '../../src/index.ts';

/** A cell that states only what matters. */
export function cell(row: number, column: number, text: string, more: Partial<Cell> = {}): Cell {
  return { row, column, row_span: 1, column_span: 1, text, header: false, ...more };
}

export function table(rows: number, columns: number, cells: Cell[]): Table {
  return { rows, columns, cells };
}

/** A table without spans, by its rows. */
export function plainTable(...rows: readonly (readonly string[])[]): Table {
  const cells = rows.flatMap((texts, row) => texts.map((text, column) => cell(row, column, text)));
  return table(rows.length, rows[0]?.length ?? 0, cells);
}

export function block(kind: string, text: string, more: Partial<Block> = {}): Block {
  return { id: 0, kind, text, bbox: [10, 10, 90, 30], ...more };
}

export function tableBlock(of: Table): Block {
  return block('table', '', { table: of });
}

export function page(...blocks: readonly Block[]): Page {
  return { number: 1, width: 100, height: 200, blocks: blocks.map((one, id) => ({ ...one, id })) };
}

export function documentOf(...pages: readonly Page[]): Document {
  return { document_version: 1, pages: pages.map((one, index) => ({ ...one, number: index + 1 })), warnings: [] };
}

export function source(document: Document, more: Partial<ExportSource> = {}): ExportSource {
  return { name: 'invoice', document, ...more };
}

export async function bytesOf(file: ExportFile): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of file.body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export async function textOf(file: ExportFile): Promise<string> {
  return (await bytesOf(file)).toString('utf8');
}

/** A text as it may be compared, whatever a format does to blanks; without what no format holds. */
export function letters(text: string): string {
  return text
    .replace(/\p{Cs}/gu, '')
    .replace(/[^\P{Cc}\s]|[\ufffe\uffff]/gu, (control) => (/[\x80-\x9f]/.test(control) ? control : ''))
    .replace(/\s/gu, '');
}
