import { medianOf } from './median.ts';
import type { Block, Label, Line } from './page.ts';

/** A line is a title's when its letters are so many times as high as the page's usual ones. */
const DOC_TITLE = 1.4;
const PARAGRAPH_TITLE = 1.2;
/** Titles have no more lines. */
const MOST_TITLE_LINES = 2;
/** The page's title stands in this share of its height. */
const TITLE_REGION = 0.4;
/** Margins of a page, as shares of its height: what stands there is a header or footer, or the page's number. */
const UPPER_MARGIN = 0.05;
const LOWER_MARGIN = 0.06;
const NUMBER_MARGIN = 0.1;

const SENTENCE_END = /[.。！!？?；;，,]$/u;
/** "7", "- 7 -", "7 / 12", "Page 7 of 12", "第7页". */
const PAGE_NUMBER = /^[\s\-–—]*(?:page|seite|第)?\s*\d{1,4}\s*(?:(?:\/|of|von)\s*\d{1,4})?\s*页?[\s\-–—.]*$/iu;

/** Says what each block of text is, by its size and its place on the page. Whatever is uncertain stays text. */
export function labelBlocks(blocks: readonly Block[], pageHeight: number): Block[] {
  const texts = blocks.filter((block) => block.label === 'text');
  const usual = medianOf(texts.flatMap((block) => block.rows.flat()).map(heightOf)) ?? 1;
  const sizes = new Map(texts.map((block) => [block, (medianOf(block.rows.flat().map(heightOf)) ?? 1) / usual]));
  const title = texts.find(
    (block) =>
      isShort(block) &&
      block.box.top < TITLE_REGION * pageHeight &&
      (sizes.get(block) ?? 1) >= Math.max(DOC_TITLE, ...texts.map((other) => 0.9 * (sizes.get(other) ?? 1))),
  );
  const labelOf = (block: Block): Label => {
    const { top, bottom } = block.box;
    const isInMargin = (share: number) => bottom < share * pageHeight || top > (1 - share) * pageHeight;
    if (block.label !== 'text') return block.label;
    if (block === title) return 'doc_title';
    if (isInMargin(NUMBER_MARGIN) && PAGE_NUMBER.test(textOf(block))) return 'number';
    if (bottom < UPPER_MARGIN * pageHeight) return 'header';
    if (top > (1 - LOWER_MARGIN) * pageHeight) return 'footer';
    return isShort(block) && (sizes.get(block) ?? 1) >= PARAGRAPH_TITLE ? 'paragraph_title' : 'text';
  };
  return blocks.map((block) => ({ ...block, label: labelOf(block) }));
}

function isShort(block: Block): boolean {
  const isSentence = SENTENCE_END.test(textOf(block));
  return !isSentence && block.rows.length <= MOST_TITLE_LINES && block.rows.every((row) => row.length === 1);
}

function textOf(block: Block): string {
  return block.rows.map((row) => row.map((line) => line.text).join(' ')).join(' ');
}

function heightOf({ box, letterHeight }: Line): number {
  return letterHeight ?? box.bottom - box.top;
}
