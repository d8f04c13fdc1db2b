import type { ExportSource } from '../exporter.ts';
import { printable } from '../text/printable.ts';
import { type CellContent, textContent } from './cell-content.ts';
import { MAX_ROWS } from './limits.ts';
import type { Sheet, SheetCell } from './sheet.ts';

/** The text of all pages as a sheet: a line in a row, with its page and, where there are several documents, whose it is. */
export function textSheet(name: string, sources: readonly ExportSource[]): Sheet {
  const several = sources.length > 1;
  return {
    name,
    widths: () => (several ? [24, 8, 100] : [8, 100]),
    frozenRows: 1,
    *rows() {
      const head = several ? ['Document', 'Page', 'Text'] : ['Page', 'Text'];
      yield cellsOf(head.map(textContent), true);
      let row = 1;
      for (const { of, page, line } of textLines(sources)) {
        if (row === MAX_ROWS) return;
        const number: CellContent = { kind: 'number', number: page, format: '0' };
        yield cellsOf([...(several ? [textContent(of)] : []), number, textContent(line)], false);
        row += 1;
      }
    },
    merges: () => [],
  };
}

function cellsOf(contents: readonly CellContent[], bold: boolean): SheetCell[] {
  const last = contents.length - 1;
  return contents.map((content, column) => ({ column, content, bold, wrap: column === last, borders: '' }));
}

function* textLines(sources: readonly ExportSource[]) {
  for (const { name, document } of sources) {
    for (const page of document.pages) {
      for (const line of page.blocks.flatMap((block) => printable(block.text).split('\n'))) {
        if (line.trim() !== '') yield { of: name, page: page.number, line };
      }
    }
  }
}
