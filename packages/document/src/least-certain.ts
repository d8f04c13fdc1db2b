import type { Box } from './model/box.ts';
import type { Document } from './model/document.ts';

/** A part of a document that the OCR service was not sure of. */
export interface Uncertain {
  readonly page: number;
  /** Its id on the page. */
  readonly block: number;
  /** Of a table: which cell. */
  readonly cell?: { readonly row: number; readonly column: number };
  readonly text: string;
  readonly bbox?: Box;
  readonly confidence: number;
}

/**
 * What to check first: cells of tables, and blocks, that the service was no surer of than `maxConfidence` (0 to 1), the least
 * certain first. A block counts as its least certain line where lines are known: one bad line hides in a good mean.
 */
export function leastCertain({ pages }: Document, maxConfidence: number): Uncertain[] {
  const all = pages.flatMap(({ number, blocks }) =>
    blocks.flatMap(({ id, text, bbox, confidence, lines, table }): Uncertain[] => {
      const at = { page: number, block: id };
      if (table !== undefined) {
        return table.cells.flatMap(({ row, column, text, bbox, confidence }) =>
          confidence === undefined ? [] : [{ ...at, cell: { row, column }, text, ...(bbox && { bbox }), confidence }],
        );
      }
      const sure = (lines ?? []).reduce(
        (least, line) => Math.min(least, line.confidence),
        confidence ?? Number.POSITIVE_INFINITY,
      );
      return Number.isFinite(sure) ? [{ ...at, text, bbox, confidence: sure }] : [];
    }),
  );
  return all.filter(({ confidence }) => confidence <= maxConfidence).sort((a, b) => a.confidence - b.confidence);
}
