import { grayscale, type PDFFont, type PDFPage } from '@cantoo/pdf-lib';

/** Rows of texts. `<` makes the cell to the left wider, `^` the one above higher. */
export type Rows = readonly (readonly string[])[];

/** Where a table stands on its page, in points. */
export interface TableStyle {
  readonly left: number;
  readonly top: number;
  readonly widths: readonly number[];
  readonly rowHeight: number;
  readonly size: number;
  readonly headingRows: number;
  readonly font: PDFFont;
  readonly bold: PDFFont;
}

const PADDING = 6;
const RULE_WIDTH = 0.75;
const isNumber = (text: string) => /^-?[\d.,]+( %)?$/.test(text);

/** Draws a ruled table, numbers to the right, and returns its texts cell by cell. */
export function drawTable(page: PDFPage, rows: Rows, style: TableStyle): string[] {
  const { left, top, widths, rowHeight, size, headingRows } = style;
  const edges = widths.reduce((all, width) => [...all, (all.at(-1) ?? 0) + width], [left]);
  const texts: string[] = [];
  for (const [row, cells] of rows.entries()) {
    for (const [column, text] of cells.entries()) {
      if (text === '<' || text === '^') continue;
      const x = edges[column] ?? 0;
      const width = (edges[column + run(cells.slice(column), '<')] ?? 0) - x;
      const below = rows.slice(row).map((other) => other[column] ?? '');
      const height = run(below, '^') * rowHeight;
      const y = top - row * rowHeight - height;
      page.drawRectangle({ x, y, width, height, borderWidth: RULE_WIDTH, borderColor: grayscale(0.2) });
      const font = row < headingRows ? style.bold : style.font;
      const indent = isNumber(text) ? width - PADDING - font.widthOfTextAtSize(text, size) : PADDING;
      page.drawText(text, { x: x + indent, y: y + height / 2 - size * 0.35, size, font });
      texts.push(text);
    }
  }
  return texts;
}

/** How many places the first cell takes: itself, and each mark that follows it at once. */
function run(cells: readonly string[], mark: string): number {
  const end = cells.findIndex((text, index) => index > 0 && text !== mark);
  return end === -1 ? cells.length : end;
}
