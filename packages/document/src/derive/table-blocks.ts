import { inLines } from '../html/marks.ts';
import { tablePieces } from '../html/table-pieces.ts';
import type { PageSize } from './box.ts';
import type { Frame, NewBlock } from './new-block.ts';
import type { RawCell } from './raw/raw-page.ts';
import { deriveTable } from './table/derive-table.ts';
import { gridLines } from './table/grid-lines.ts';
import type { Room } from './table/room.ts';
import { shareOut } from './table/share-out.ts';
import { cellCount, type HtmlTable, type Part, tableParts } from './table/table-parts.ts';
import type { Report } from './warnings.ts';

/** A block with tables in it, as the service gives it. */
interface TableSource {
  readonly kind: string;
  readonly html: string;
  readonly cells: readonly RawCell[] | null;
}

/** The tables of a block, each with its caption before it, and the texts around them, as blocks of their own. */
export function tableBlocks(
  source: TableSource,
  frame: Frame,
  size: PageSize,
  reportOn: (at: number) => Report,
  room: Room,
): NewBlock[] {
  const { pieces, comments, broken } = tablePieces(source.html);
  const parts = tableParts(pieces);
  if (broken > 0) reportOn(0)('markup_broken', `Tags, quotes or comments never end and are taken for text: ${broken}.`);
  if (comments > 0) reportOn(0)('markup_removed', `Comments were left out: ${comments}.`);
  const tables = parts.flatMap((part) => (part.kind === 'table' ? [part.table] : []));
  if (tables.length === 0) return [emptyTable(source.kind, parts, frame, reportOn(0))];
  if (tables.length > 1) reportOn(0)('several_tables', `${tables.length} tables in one block are blocks of their own.`);
  const cells = placedCells(source.cells, tables, reportOn(0));
  const shares = shareOut(frame.bbox, parts);
  let used = 0;
  return parts.map((part, at): NewBlock => {
    if (part.kind === 'caption') return { kind: 'table_title', text: inLines(part.text), ...frame };
    if (part.kind === 'text') {
      reportOn(at)('text_outside_cells', 'Text beside the cells of a table is a block of its own.');
      return { kind: source.kind === 'table' ? 'text' : source.kind, text: inLines(part.text), ...frame };
    }
    const own = cells?.slice(used, used + cellCount(part.table)) ?? null;
    used += cellCount(part.table);
    const table = deriveTable(part.table, { box: shares[at] ?? frame.bbox, cells: own, size }, reportOn(at), room);
    if (table === null) return emptyTable('table', [], frame, reportOn(at));
    return { kind: 'table', text: gridLines(table.rows, table.cells).join('\n'), ...frame, table };
  });
}

/** A table without a cell is no table; what it says is its text. */
function emptyTable(kind: string, parts: readonly Part[], frame: Frame, report: Report): NewBlock {
  report('table_empty', 'The table has no cells.');
  const text = parts.map((part) => (part.kind === 'table' ? '' : inLines(part.text))).join('\n');
  return { kind, text, ...frame };
}

function placedCells(
  cells: readonly RawCell[] | null,
  tables: readonly HtmlTable[],
  report: Report,
): readonly RawCell[] | null {
  const expected = tables.reduce((sum, table) => sum + cellCount(table), 0);
  if (cells === null || cells.length === expected) return cells;
  report('cell_boxes_ignored', `There are boxes for ${cells.length} cells, but ${expected} cells: none is used.`);
  return null;
}
