import type { Block, Box, Line } from '../page.ts';

/** The block with all its boxes mapped. */
export function mapBoxes(block: Block, map: (box: Box) => Box): Block {
  const lines = (rows: readonly (readonly Line[])[]) =>
    rows.map((row) => row.map((line) => ({ ...line, box: map(line.box) })));
  const { table } = block;
  return {
    ...block,
    rows: lines(block.rows),
    box: map(block.box),
    ...(table !== undefined && {
      table: { ...table, cells: table.cells.map((cell) => ({ ...cell, box: map(cell.box), rows: lines(cell.rows) })) },
    }),
  };
}
