import type { Page } from '@ocrelay/document';
import type { ExportSource } from '../exporter.ts';
import { type CellContent, textContent } from './cell-content.ts';
import { MAX_ROWS } from './limits.ts';
import { plainRow } from './plain-row.ts';
import type { Sheet } from './sheet.ts';

/**
 * What is said of pages as a sheet: a line in a row, with its page and, where there are several documents, whose it is.
 * @param heading of the lines' column
 * @param linesOf one page; those that hold nothing but blanks are left out
 */
export function lineSheet(
  name: string,
  heading: string,
  sources: readonly ExportSource[],
  linesOf: (page: Page) => readonly string[],
): Sheet {
  const several = sources.length > 1;
  return {
    name,
    widths: () => (several ? [24, 8, 100] : [8, 100]),
    frozenRows: 1,
    *rows() {
      const head = several ? ['Document', 'Page', heading] : ['Page', heading];
      yield plainRow(head.map(textContent), true, true);
      let row = 1;
      for (const { of, page, line } of lines(sources, linesOf)) {
        if (row === MAX_ROWS) return;
        const number: CellContent = { kind: 'number', number: page, format: '0' };
        yield plainRow([...(several ? [textContent(of)] : []), number, textContent(line)], false, true);
        row += 1;
      }
    },
    merges: () => [],
  };
}

function* lines(sources: readonly ExportSource[], linesOf: (page: Page) => readonly string[]) {
  for (const { name, document } of sources) {
    for (const page of document.pages) {
      for (const line of linesOf(page)) if (line.trim() !== '') yield { of: name, page: page.number, line };
    }
  }
}
