import { type Block, type Box, middleOf } from './page.ts';

/** Puts tables among the blocks of text, which are in reading order: each after the last block that stands above it. */
export function placeTables(texts: readonly Block[], tables: readonly Block[]): Block[] {
  const blocks = [...texts];
  for (const table of tables) {
    const above = blocks.findLastIndex(
      (block) => middleOf(block.box) < table.box.top && isInColumn(block.box, table.box),
    );
    const below = blocks.findIndex((block) => middleOf(block.box) > table.box.top);
    blocks.splice(above >= 0 ? above + 1 : below >= 0 ? below : blocks.length, 0, table);
  }
  return blocks;
}

function isInColumn(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right;
}
