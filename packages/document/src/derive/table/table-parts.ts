import type { HtmlCell, Piece, Section } from '../../html/piece-collector.ts';

/** Rows that belong together: no cell spans out of its group. */
interface RowGroup {
  readonly section: Section;
  readonly rows: (readonly HtmlCell[])[];
}

/** A table as its HTML says, in the order of the source. */
export interface HtmlTable {
  readonly groups: readonly RowGroup[];
  /** Whether its cells have borders; null where it does not say. */
  readonly bordered: boolean | null;
}

/** What a block with tables is made of, in reading order. Texts are marked (`html/marks.ts`). */
export type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'caption'; readonly text: string }
  | { readonly kind: 'table'; readonly table: HtmlTable };

/**
 * Pieces of HTML → tables and what stands around them. Text in a table that is in none of its cells comes before it, where
 * the HTML standard has it, too; the caption comes right before it.
 */
export function tableParts(pieces: readonly Piece[]): Part[] {
  const parts: Part[] = [];
  let table: OpenTable = noTable();
  const begin = (bordered: boolean | null) => {
    end();
    const groups: RowGroup[] = [];
    table.groups = groups;
    table.bordered = bordered;
    return groups;
  };
  const end = () => {
    for (const caption of table.captions) parts.push(caption); // spread, too many would overflow the stack
    if (table.groups !== null) parts.push({ kind: 'table', table: { groups: table.groups, bordered: table.bordered } });
    table = noTable();
  };

  for (const piece of pieces) {
    if (piece.kind === 'table') begin(piece.bordered);
    else if (piece.kind === 'table_end') end();
    else if (piece.kind === 'text') parts.push(piece);
    else if (piece.kind === 'caption') table.captions.push(piece);
    else if (piece.kind === 'section') table.groups?.push({ section: piece.section, rows: [] });
    else rowsOf(table.groups ?? begin(null)).push(piece.cells);
  }
  end();
  return parts;
}

interface OpenTable {
  /** Null before a table begins. */
  groups: RowGroup[] | null;
  bordered: boolean | null;
  readonly captions: Part[];
}

function noTable(): OpenTable {
  return { groups: null, bordered: null, captions: [] };
}

export function cellCount(table: HtmlTable): number {
  return table.groups.reduce((sum, { rows }) => rows.reduce((cells, row) => cells + row.length, sum), 0);
}

function rowsOf(groups: RowGroup[]): (readonly HtmlCell[])[] {
  const last = groups.at(-1);
  if (last !== undefined) return last.rows;
  const group: RowGroup = { section: 'body', rows: [] };
  groups.push(group);
  return group.rows;
}
