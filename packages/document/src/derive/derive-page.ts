import type { Block } from '../model/block.ts';
import type { Page } from '../model/document.ts';
import { inReadingOrder } from '../reading-order.ts';
import type { PageSize } from './box.ts';
import { deriveBlocks } from './derive-blocks.ts';
import type { RawBlock, RawPage } from './raw/raw-page.ts';
import type { Room } from './table/room.ts';
import type { Warnings } from './warnings.ts';

/** A raw page → the page of a document. What is odd about it goes to `warnings`. */
export function derivePage(page: RawPage, number: number, warnings: Warnings, room: Room): Page {
  const report = warnings.at(number, null);
  const size: PageSize = { width: pixels(page.width), height: pixels(page.height) };
  const known = page.blocks.filter((block): block is RawBlock => block !== null);
  if (!page.wellFormed) report('page_malformed', 'The page is not what the protocol says and holds nothing readable.');
  if (known.length < page.blocks.length) report('block_malformed', 'Something that is no block was left out.');
  if (known.length > 0 && (size.width === 0 || size.height === 0))
    report('page_size_unknown', 'The size of the page is unknown: boxes are not clipped to it.');
  const blocks: Block[] = [];
  for (const block of inReadingOrder(known, ({ order }) => order)) {
    const reportOn = (id: number) => warnings.at(number, blocks.length + id);
    const derived = deriveBlocks(block, size, page.detections, reportOn, room);
    for (const one of derived) blocks.push({ id: blocks.length, ...one });
  }
  return { number, ...size, blocks };
}

function pixels(value: unknown): number {
  const rounded = typeof value === 'number' ? Math.round(value) : 0;
  return Number.isSafeInteger(rounded) && rounded > 0 ? rounded : 0;
}
