import type { DocumentWarning } from '../model/document.ts';

/** What may be odd. The table in docs/documents.md says what is done about each. */
export type WarningCode =
  | 'result_malformed'
  | 'page_failed'
  | 'pages_surplus'
  | 'page_unread'
  | 'page_malformed'
  | 'page_size_unknown'
  | 'block_malformed'
  | 'box_malformed'
  | 'box_reversed'
  | 'box_outside_page'
  | 'lines_malformed'
  | 'characters_removed'
  | 'escaped_quotes'
  | 'several_tables'
  | 'text_outside_cells'
  | 'table_empty'
  | 'table_cut'
  | 'row_too_short'
  | 'span_overlaps'
  | 'span_clipped'
  | 'nested_table'
  | 'markup_broken'
  | 'markup_removed'
  | 'latex_kept'
  | 'cell_boxes_ignored'
  | 'warnings_left_out';

/** Says that something was odd, at a place that the receiver knows, and in which cell of its table. */
export type Report = (code: WarningCode, message: string, cell?: { row: number; column: number }) => void;

/** More than anybody reads, and few enough to be stored with every document. */
const MAX_WARNINGS = 1000;

export interface Warnings {
  /** @param block its id; null for what is the page's matter */
  at(page: number, block: number | null): Report;
  /** In the order of reporting; the last one says how many more there were. */
  all(): DocumentWarning[];
}

/** Collects warnings, and counts those beyond the limit only. */
export function collectWarnings(): Warnings {
  const kept: DocumentWarning[] = [];
  let leftOut = 0;
  let lastPage = 1;
  return {
    at: (page, block) => (code, message, cell) => {
      if (kept.length === MAX_WARNINGS) {
        leftOut += 1;
        lastPage = page;
      } else kept.push({ code, message, page, block, ...(cell && { cell: { row: cell.row, column: cell.column } }) });
    },
    all() {
      if (leftOut === 0) return kept;
      const code: WarningCode = 'warnings_left_out';
      const message = `${leftOut + 1} more warnings are left out.`;
      return [...kept.slice(0, -1), { code, message, page: lastPage, block: null }];
    },
  };
}
