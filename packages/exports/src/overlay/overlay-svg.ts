import type { Box, Page } from '@ocrelay/document';
import { type Pixels, pagePixels } from '../document/page-pixels.ts';
import { unreadNote } from '../document/unread-note.ts';
import { escapeHtml } from '../html/escape.ts';

/** Colours of boxes: blocks, and cells of tables; dashed where the box is only estimated. */
const BLOCK = '#1d4ed8';
const CELL = '#b45309';
const UNREAD = '#b91c1c';
/** Characters in a line of a note, and how many as wide as high would fit into the page's width. */
const LINE_LENGTH = 45;
const PAGE_LENGTH = 50;
/** Whole words that fit into a line, or as much of a longer one. */
const LINE = new RegExp(`\\S.{0,${LINE_LENGTH - 1}}(?=\\s|$)|\\S{1,${LINE_LENGTH}}`, 'gu');

/**
 * The boxes of a page over its picture, as SVG in pixels of the upright page: each with its kind and text for who points at it.
 * It is as large as the window or the element that shows it. A page that could not be read says why.
 * @param pictureUrl of the page's picture, as the SVG's reader reaches it
 * @param picture how large that is, for a page that does not know its size; null where nobody knows
 */
export function overlaySvg(page: Page, pictureUrl: string, picture: Pixels | null = null): string {
  const { width, height } = pagePixels(page, picture);
  const boxes = page.blocks.flatMap(({ id, kind, text, bbox, table }) => [
    rectangle(bbox, BLOCK, `block ${id}, ${kind}: ${text}`, false),
    ...(table?.cells ?? []).flatMap((cell) =>
      cell.bbox === undefined
        ? []
        : [
            rectangle(
              cell.bbox,
              CELL,
              `block ${id}, cell ${cell.row},${cell.column}: ${cell.text}`,
              cell.estimated === true,
            ),
          ],
    ),
  ]);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="100%" height="100%">`,
    `<image href="${escapeHtml(pictureUrl)}" width="${width}" height="${height}" preserveAspectRatio="none"/>`,
    ...boxes,
    ...note(unreadNote(page), width),
    '</svg>\n',
  ].join('\n');
}

/** In lines across the top of the page, to be read on any picture. */
function note(text: string | null, width: number): string[] {
  if (text === null) return [];
  const size = width / PAGE_LENGTH;
  const at = `x="${size}"`;
  const look = `font-family="sans-serif" font-size="${size}" fill="${UNREAD}" stroke="#fff" stroke-width="${size / 4}"`;
  return [
    `<text ${at} y="${size}" ${look} paint-order="stroke">`,
    ...(text.match(LINE) ?? []).map((line) => `<tspan ${at} dy="${size * 1.4}">${escapeHtml(line)}</tspan>`),
    '</text>',
  ];
}

function rectangle([x1, y1, x2, y2]: Box, colour: string, title: string, isEstimated: boolean): string {
  const dash = isEstimated ? ' stroke-dasharray="6 4"' : '';
  return (
    `<rect x="${x1}" y="${y1}" width="${x2 - x1}" height="${y2 - y1}" fill="${colour}" fill-opacity="0.08" ` +
    `stroke="${colour}" stroke-width="1.5"${dash}><title>${escapeHtml(title)}</title></rect>`
  );
}
