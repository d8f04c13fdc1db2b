import { type CellContent, textContent } from './cell-content.ts';
import { MAX_ROWS } from './limits.ts';
import { plainRow } from './plain-row.ts';
import type { Sheet } from './sheet.ts';

/** A table of a document and the sheet that it stands in; of a document without tables neither. */
export interface ContentsRow {
  /** Which of the documents, counted from 1: several may have the same name. */
  readonly number: number;
  readonly document: string;
  readonly page?: number;
  readonly sheet?: string;
  readonly title?: string | null;
}

/** What of several documents stands in which sheet: captions name the sheets, and no caption tells whose it is. */
export function contentsSheet(name: string, contents: readonly ContentsRow[]): Sheet {
  return {
    name,
    widths: () => [6, 40, 8, 34, 60],
    frozenRows: 1,
    *rows() {
      yield plainRow(['No.', 'Document', 'Page', 'Sheet', 'Title'].map(textContent), true);
      for (const { number, document, page, sheet, title } of contents.slice(0, MAX_ROWS - 1)) {
        const texts = [sheet, title].map((text) => textContent(text ?? ''));
        yield plainRow([numberContent(number), textContent(document), numberContent(page), ...texts], false);
      }
    },
    merges: () => [],
  };
}

function numberContent(number: number | undefined): CellContent {
  return number === undefined ? { kind: 'empty' } : { kind: 'number', number, format: '0' };
}
