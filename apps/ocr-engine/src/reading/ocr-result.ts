import type { Block, Box, Reading } from './page.ts';
import { confidenceOf, tableHtml } from './tables/table-html.ts';

/** How a job ended. */
export interface Ending {
  readonly jobId: string;
  readonly filename: string;
  readonly elapsedMs: number;
  /** Null when the image was read. */
  readonly failure: string | null;
}

/** The protocol's result: `final` and, of a page that was read, its blocks. `lines` of a block and `cells` of a table are additions. */
export function toOcrResult(ending: Ending, reading: Reading | null): object {
  return {
    job_id: ending.jobId,
    final: {
      job_id: ending.jobId,
      status: ending.failure === null ? 'finished' : 'failed',
      total_pages: 1,
      done_pages: reading === null ? 0 : 1,
      error_message: ending.failure ?? '',
      elapsed_seconds: Math.round(ending.elapsedMs / 10) / 100,
    },
    pages: reading === null ? [] : [toPage(ending.filename, reading)],
  };
}

/** The text of all blocks that have any, a blank line between them; tables in HTML, since spans have no Markdown. */
export function toMarkdown(reading: Reading): string {
  return reading.blocks
    .filter((block) => block.label !== 'image')
    .map((block) => `${contentOf(block)}\n`)
    .join('\n');
}

function toPage(filename: string, reading: Reading): object {
  return {
    input_path: filename,
    page_index: null,
    page_count: null,
    width: reading.width,
    height: reading.height,
    model_settings: { use_doc_preprocessor: false, use_layout_detection: false, model: 'PP-OCRv4' },
    parsing_res_list: reading.blocks.map((block, i) => ({
      block_label: block.label,
      block_content: contentOf(block),
      block_bbox: corners(block.box),
      block_id: i,
      block_order: i + 1,
      group_id: i,
      lines: block.rows.flat().map(({ text, box, confidence }) => ({
        text,
        bbox: corners(box),
        confidence: rounded(confidence),
      })),
      ...(block.table !== undefined && {
        cells: block.table.cells.map((cell) => ({
          bbox: corners(cell.box),
          confidence: rounded(confidenceOf(cell)),
          borders: cell.borders,
        })),
      }),
    })),
    layout_det_res: { input_path: null, page_index: null, boxes: [] },
  };
}

/** A line each row; what stands side by side is kept apart by two spaces. A table is HTML. */
function contentOf(block: Block): string {
  if (block.table !== undefined) return tableHtml(block.table);
  return block.rows.map((row) => row.map((line) => line.text).join('  ')).join('\n');
}

function corners(box: Box): number[] {
  return [box.left, box.top, box.right, box.bottom];
}

function rounded(confidence: number): number {
  return Math.round(confidence * 1e4) / 1e4;
}
