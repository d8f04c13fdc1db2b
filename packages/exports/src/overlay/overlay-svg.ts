import type { Box, Page } from '@ocrelay/document';
import { escapeHtml } from '../html/escape.ts';

/** Colours of boxes: blocks, and cells of tables; dashed where the box is only estimated. */
const BLOCK = '#1d4ed8';
const CELL = '#b45309';

/**
 * The boxes of a page over its picture, as SVG in pixels of the upright page: each with its kind and text for who points at it.
 * @param pictureUrl of the page's picture, as the SVG's reader reaches it
 */
export function overlaySvg(page: Page, pictureUrl: string): string {
  const { width, height } = page;
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
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">`,
    `<image href="${escapeHtml(pictureUrl)}" width="${width}" height="${height}" preserveAspectRatio="none"/>`,
    ...boxes,
    '</svg>\n',
  ].join('\n');
}

function rectangle([x1, y1, x2, y2]: Box, colour: string, title: string, isEstimated: boolean): string {
  const dash = isEstimated ? ' stroke-dasharray="6 4"' : '';
  return (
    `<rect x="${x1}" y="${y1}" width="${x2 - x1}" height="${y2 - y1}" fill="${colour}" fill-opacity="0.08" ` +
    `stroke="${colour}" stroke-width="1.5"${dash}><title>${escapeHtml(title)}</title></rect>`
  );
}
