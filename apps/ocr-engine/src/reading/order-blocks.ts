import { type Block, type Box, middleOf } from './page.ts';

/** Puts tables and pictures among the blocks of text, which are in reading order: each after the last block that stands above it. */
export function placeAmongText(texts: readonly Block[], others: readonly Block[]): Block[] {
  const blocks = [...texts];
  for (const other of others) {
    const above = blocks.findLastIndex(
      (block) => middleOf(block.box) < other.box.top && isInColumn(block.box, other.box),
    );
    const below = blocks.findIndex((block) => middleOf(block.box) > other.box.top);
    blocks.splice(above >= 0 ? above + 1 : below >= 0 ? below : blocks.length, 0, other);
  }
  return blocks;
}

function isInColumn(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right;
}
