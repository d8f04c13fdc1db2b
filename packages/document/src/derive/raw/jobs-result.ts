import { fourNumbers } from '../box.ts';
import { fields, firstConfidence, firstNumber, isObject, list, text } from './loose.ts';
import type { Detection, RawBlock, RawCell, RawLine, RawPage } from './raw-page.ts';

/**
 * The pages of a result of the jobs protocol, in their order; null where it is none. Liberal: every field may be missing
 * or of another type. Beyond the protocol, a block may say `confidence` or `score`, `lines` and `cells`.
 */
export function jobsPages(raw: unknown): RawPage[] | null {
  const { pages } = fields(raw);
  return Array.isArray(pages) ? pages.map(readPage) : null;
}

function readPage(page: unknown): RawPage {
  const { width, height, parsing_res_list, layout_det_res } = fields(page);
  return {
    wellFormed:
      isObject(page) &&
      (parsing_res_list === null || parsing_res_list === undefined || Array.isArray(parsing_res_list)),
    width,
    height,
    blocks: list(parsing_res_list).map(readBlock),
    detections: list(fields(layout_det_res)['boxes']).flatMap(readDetection),
  };
}

function readBlock(block: unknown): RawBlock | null {
  if (!isObject(block)) return null;
  const { block_label, block_content, block_order, block_bbox, confidence, score, lines, cells } = block;
  return {
    kind: text(block_label),
    content: text(block_content),
    order: firstNumber(block_order),
    box: block_bbox,
    confidence: firstConfidence(confidence, score),
    lines: list(lines).map(readLine),
    cells: Array.isArray(cells) ? cells.map(readCell) : null,
  };
}

function readCell(cell: unknown): RawCell {
  const { bbox, confidence, score, borders } = fields(cell);
  return { box: bbox, confidence: firstConfidence(confidence, score), borders };
}

function readLine(line: unknown): RawLine {
  const { text: said, bbox, confidence, score } = fields(line);
  return { text: said, box: bbox, confidence: firstConfidence(confidence, score) };
}

function readDetection(found: unknown): Detection[] {
  const { label, score, coordinate } = fields(found);
  const box = fourNumbers(coordinate);
  const confidence = firstConfidence(score);
  return box === null || confidence === null ? [] : [{ kind: text(label), box, confidence }];
}
