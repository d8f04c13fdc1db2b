/** A page as the models see it: one byte a pixel (0 black, 255 white), rows from the top, upright. */
export interface Page {
  readonly gray: Buffer;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

/** Pixels of a page; `right` and `bottom` are the first ones outside. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** One line of text as it was read; of a table, one cell's. */
export interface Line {
  readonly text: string;
  readonly box: Box;
  /** 0 to 1: the mean over the characters. */
  readonly confidence: number;
  /** From the foot to the head of most of its letters, pixels. */
  readonly letterHeight?: number;
}

/** A cell of a table that was read, its row and column counted from 0. */
export interface Cell {
  readonly row: number;
  readonly column: number;
  readonly rowSpan: number;
  readonly columnSpan: number;
  readonly box: Box;
  /** Its sides that are ruled: of `trbl` (top, right, bottom, left) the letters of these, in this order. */
  readonly borders: string;
  /** In reading order; the lines of one row share an inner array. Empty when nothing stands in it. */
  readonly rows: readonly (readonly Line[])[];
}

/** A true grid: its cells cover every place once. */
export interface Table {
  readonly rows: number;
  readonly columns: number;
  /** By rows, in them by columns. */
  readonly cells: readonly Cell[];
}

/** What a block is, as the protocol calls it. */
export type Label = 'doc_title' | 'paragraph_title' | 'text' | 'table' | 'image' | 'header' | 'footer' | 'number';

/** Lines that belong together, in reading order; the lines of one row share an inner array. Of a picture there are none: text in it is a block of its own. */
export interface Block {
  readonly label: Label;
  readonly rows: readonly (readonly Line[])[];
  readonly box: Box;
  /** Of a table; `rows` then holds the lines of all its cells. */
  readonly table?: Table;
}

/** What was read from an image. */
export interface Reading {
  readonly width: number;
  readonly height: number;
  readonly blocks: readonly Block[];
}

/** Halfway down a box or a line, pixels. */
export function middleOf({ top, bottom }: Pick<Box, 'top' | 'bottom'>): number {
  return (top + bottom) / 2;
}

/** Whether two boxes have any place in common. */
export function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

/** The smallest box around all of them. @throws TypeError for none. */
export function around(boxes: readonly Box[]): Box {
  if (boxes.length === 0) throw new TypeError('no boxes');
  return {
    left: Math.min(...boxes.map((box) => box.left)),
    top: Math.min(...boxes.map((box) => box.top)),
    right: Math.max(...boxes.map((box) => box.right)),
    bottom: Math.max(...boxes.map((box) => box.bottom)),
  };
}
