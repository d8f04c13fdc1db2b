/** What is on a page that was drawn: everything a reading of it is compared with. */

export type Language = 'English' | 'Chinese' | 'German';
/** How the page's table is drawn; `prose` has none. */
export type TableKind = 'ruled' | 'partly ruled' | 'borderless' | 'prose';
/** What was done to the page after it was drawn. */
export type Condition = 'clean' | 'small print' | 'scan' | 'photo';

/** `[x1, y1, x2, y2]`, pixels of the finished image. */
export type TruthBox = readonly [number, number, number, number];

/** One cell of a grid, counted from 0; lines of its text are parted by line feeds. */
export interface TruthCell {
  readonly row: number;
  readonly column: number;
  readonly rowSpan: number;
  readonly columnSpan: number;
  readonly text: string;
  readonly box: TruthBox;
  /** Its sides that have a stroke: of `trbl` the letters of these, in this order. */
  readonly borders: string;
}

export interface TruthTable {
  readonly rows: number;
  readonly columns: number;
  /** By rows, in them by columns. Every place of the grid is covered once. */
  readonly cells: readonly TruthCell[];
}

export interface TruthBlock {
  /** As the protocol calls them. */
  readonly label: 'doc_title' | 'paragraph_title' | 'text' | 'table' | 'image' | 'header' | 'number';
  /** Lines as they are drawn, parted by line feeds; of a table, its cells'; of a picture none. */
  readonly text: string;
  readonly box: TruthBox;
  readonly table?: TruthTable;
}

export interface PageClass {
  readonly language: Language;
  readonly table: TableKind;
  readonly condition: Condition;
}

export interface TruthPage {
  readonly of: PageClass;
  readonly width: number;
  readonly height: number;
  /** In reading order. */
  readonly blocks: readonly TruthBlock[];
}
