import { inReadingOrder } from '../reading-order.ts';
import type { RawBlock, RawPage } from './raw/raw-page.ts';

/**
 * Pages that were read from one page of a file → that page, with the blocks of the others behind its own. These have no place:
 * what their boxes are of is no picture of this page.
 */
export function onePage(first: RawPage, surplus: readonly RawPage[]): RawPage {
  const others = surplus.flatMap((page) => inOrder(page).map((block) => block && withoutPlace(block)));
  return {
    ...first,
    wellFormed: first.wellFormed && surplus.every(({ wellFormed }) => wellFormed),
    blocks: [...inOrder(first), ...others],
  };
}

/** Blocks in their reading order, which is not mixed with that of another page. */
function inOrder({ blocks }: RawPage): (RawBlock | null)[] {
  const ordered = inReadingOrder(blocks, (block) => block?.order);
  return ordered.map((block) => block && { ...block, order: null });
}

function withoutPlace(block: RawBlock): RawBlock {
  return { ...block, box: [0, 0, 0, 0], lines: [], cells: null };
}
