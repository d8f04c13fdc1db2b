/**
 * Blocks come in the order of the page. Those with an order of their own are put in that order among themselves; the
 * others (tables and pictures often have none) stay where they are.
 */
export function inReadingOrder<T>(blocks: readonly T[], orderOf: (block: T) => number | null | undefined): T[] {
  const hasOrder = (block: T) => typeof orderOf(block) === 'number';
  const ordered = blocks.filter(hasOrder).sort((a, b) => (orderOf(a) ?? 0) - (orderOf(b) ?? 0));
  let next = 0;
  return blocks.map((block) => (hasOrder(block) ? (ordered[next++] ?? block) : block));
}
