import type { Box } from '../../model/box.ts';

/**
 * What a document is derived from, whatever JSON a service answers with. Nothing in it is judged yet: boxes may be no
 * boxes, texts may hold what cannot be stored.
 */
export interface RawPage {
  /** False where the JSON held no page here; the rest is empty then. */
  readonly wellFormed: boolean;
  /** Pixels of the upright page. */
  readonly width: unknown;
  readonly height: unknown;
  /** In the order of the page; null stands for what was no block at all. */
  readonly blocks: readonly (RawBlock | null)[];
  readonly detections: readonly Detection[];
}

export interface RawBlock {
  readonly kind: string;
  /** Text, or HTML where there are tables in it. */
  readonly content: string;
  /** Its place in the reading order, where it has one. */
  readonly order: number | null;
  /** Meant as `[x1, y1, x2, y2]`. */
  readonly box: unknown;
  readonly confidence: number | null;
  readonly lines: readonly RawLine[];
  /** One for each `<td>` and `<th>`, in the order of the source; null where the service does not place cells. */
  readonly cells: readonly RawCell[] | null;
}

export interface RawCell {
  readonly box: unknown;
  readonly confidence: number | null;
  /** Meant as the letters of the sides that are ruled: `trbl` for all, an empty text for none. */
  readonly borders: unknown;
}

export interface RawLine {
  readonly text: unknown;
  readonly box: unknown;
  readonly confidence: number | null;
}

/** What layout detection found, and how sure it is. */
export interface Detection {
  readonly kind: string;
  readonly box: Box;
  readonly confidence: number;
}
