import { oneLine } from './marks.ts';
import { tablePieces, withoutEscapes } from './table-pieces.ts';

/**
 * A table's HTML → its rows of cells' texts, whatever is left unclosed. Cells keep their order; spans are not unfolded; a
 * table within a cell is text of that cell. Text outside of cells becomes a row of its own, so nothing read is lost.
 */
export function tableRows(html: string): string[][] {
  return tablePieces(withoutEscapes(html)).flatMap((piece) => {
    if (piece.kind === 'row') return [piece.cells.map(({ text }) => oneLine(text))];
    if (piece.kind === 'text' || piece.kind === 'caption') return [[oneLine(piece.text)]];
    return [];
  });
}
