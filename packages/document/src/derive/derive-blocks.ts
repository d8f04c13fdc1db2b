import { withoutEscapes } from '../html/table-pieces.ts';
import { storable, withoutBroken } from '../storable-text.ts';
import { fourNumbers, type PageSize, placeBox } from './box.ts';
import { detectedConfidence } from './detected.ts';
import type { Frame, NewBlock } from './new-block.ts';
import type { Detection, RawBlock } from './raw/raw-page.ts';
import type { Room } from './table/room.ts';
import { tableBlocks } from './table-blocks.ts';
import { textLines } from './text-lines.ts';
import type { Report } from './warnings.ts';

/**
 * A block of the service → the blocks it makes in the document: one, unless there are tables with captions, texts or
 * other tables beside them in it. Lines belong to the block as a whole: they go to its table, or its only block.
 * @param reportOn what to report to about the block at this place among those that come of it
 */
export function deriveBlocks(
  raw: RawBlock,
  size: PageSize,
  detections: readonly Detection[],
  reportOn: (at: number) => Report,
  room: Room,
): NewBlock[] {
  const report = reportOn(0);
  const kind = storable(raw.kind).trim().slice(0, 100) || 'text';
  const content = storable(raw.content);
  if (withoutBroken(raw.content).length < raw.content.length)
    report('characters_removed', 'NULs or lone surrogates were removed from the text.');
  const bbox = placeBox(raw.box, size, report);
  const confidence = raw.confidence ?? detectedConfidence(detections, raw.kind, fourNumbers(raw.box) ?? bbox);
  const frame: Frame = { bbox, ...(confidence !== null && { confidence }) };
  const lines = textLines(raw.lines, size, report);

  const blocks = holdsTables(kind, content)
    ? tableBlocks({ kind, html: readableHtml(content, report), cells: raw.cells }, frame, size, reportOn, room)
    : [{ kind, text: content.trim(), ...frame }];
  if (lines.length === 0) return blocks;
  const main = Math.max(
    0,
    blocks.findIndex(({ table }) => table !== undefined),
  );
  return blocks.map((block, at) => (at === main ? { ...block, lines } : block));
}

/** A table's block, or a text that has a table with cells in it. */
function holdsTables(kind: string, content: string): boolean {
  return kind === 'table' || (/<table[\s>]/i.test(content) && /<t[dh][\s>]/i.test(content));
}

/** Quotes are taken for escaped where those of an attribute are: elsewhere a backslash may be meant. */
function readableHtml(html: string, report: Report): string {
  if (!/=\\["']/.test(html)) return html;
  report('escaped_quotes', 'Quotes in the HTML were escaped once more.');
  return withoutEscapes(html);
}
