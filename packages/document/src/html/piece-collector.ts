import { BREAKS } from './breaks.ts';
import { isWord, LINE_BREAK } from './marks.ts';

/** A cell as its tags say, its text with the marks of `marks.ts`. */
export interface HtmlCell {
  readonly text: string;
  readonly header: boolean;
  /** As written, from 0; 1 where nothing or nonsense is written. */
  readonly colspan: number;
  readonly rowspan: number;
  /** Whether a table stood in it. */
  readonly nested: boolean;
  /** Names of the tags that its text was marked up with. */
  readonly tags: ReadonlySet<string>;
}

export type Section = 'head' | 'body' | 'foot';

/** What comes along in HTML with tables. Rows and cells may come without a table: then they are one. */
export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'caption'; readonly text: string }
  /** Whether its cells have borders; null where it does not say. */
  | { readonly kind: 'table'; readonly bordered: boolean | null }
  | { readonly kind: 'table_end' }
  | { readonly kind: 'section'; readonly section: Section }
  | { readonly kind: 'row'; readonly cells: readonly HtmlCell[] };

/** Tags that no cell and no row reaches across. */
const BORDERS = new Set(['table', 'thead', 'tbody', 'tfoot', 'caption']);
const SECTIONS: ReadonlyMap<string, Section> = new Map([
  ['thead', 'head'],
  ['tbody', 'body'],
  ['tfoot', 'foot'],
]);
const CELLS = new Set(['td', 'th']);
/** What else belongs to a table and marks nothing up. */
const COLUMNS = new Set(['col', 'colgroup']);

type Attributes = readonly { readonly name: string; readonly value: string }[];
type OpenCell = { -readonly [field in keyof HtmlCell]: HtmlCell[field] };
/** Most cells have none, and there may be a million of them. */
const NO_TAGS: ReadonlySet<string> = new Set();

/** Takes tags and characters as they come, and makes pieces of them. */
export function pieceCollector() {
  const pieces: Piece[] = [];
  let row: HtmlCell[] | null = null;
  let cell: OpenCell | null = null;
  let outside = '';
  let inCaption = false;
  /** How many tables within the cell are open. */
  let nested = 0;

  const say = (text: string) => {
    mark(text.replace(/[\n\v]/g, ' '));
  };
  const mark = (text: string) => {
    if (cell === null) outside += text;
    else cell.text += text;
  };
  const endCell = () => {
    if (cell !== null) row?.push(cell);
    cell = null;
    nested = 0;
  };
  const endRow = () => {
    endCell();
    row = null;
    if (isWord(outside)) pieces.push({ kind: inCaption ? 'caption' : 'text', text: outside });
    outside = '';
    inCaption = false;
  };
  const beginRow = () => {
    endRow();
    row = [];
    pieces.push({ kind: 'row', cells: row });
  };
  const beginCell = (tag: string, attributes: Attributes) => {
    endCell();
    if (row === null) beginRow();
    const spans = { colspan: span(attributes, 'colspan'), rowspan: span(attributes, 'rowspan') };
    cell = { text: '', header: tag === 'th', ...spans, nested: false, tags: NO_TAGS };
  };
  const beginBorder = (tag: string, attributes: Attributes) => {
    endRow();
    const section = SECTIONS.get(tag);
    if (section !== undefined) pieces.push({ kind: 'section', section });
    else if (tag === 'table') pieces.push({ kind: 'table', bordered: bordered(attributes) });
    else inCaption = true;
  };
  const endBorder = (tag: string) => {
    endRow();
    if (tag === 'table') pieces.push({ kind: 'table_end' });
    else if (SECTIONS.has(tag)) pieces.push({ kind: 'section', section: 'body' });
  };
  const mention = (tag: string) => {
    const belongsToTable = tag === 'tr' || CELLS.has(tag) || BORDERS.has(tag) || COLUMNS.has(tag);
    if (belongsToTable || cell === null) return;
    const tags = cell.tags === NO_TAGS ? new Set<string>() : (cell.tags as Set<string>);
    cell.tags = tags.add(tag.slice(0, 20));
  };

  return {
    say,
    open(tag: string, attributes: Attributes) {
      if (cell !== null && tag === 'table') {
        nested += 1;
        cell.nested = true;
      }
      if (nested > 0 || !(tag === 'tr' || CELLS.has(tag) || BORDERS.has(tag))) {
        mention(tag);
        if (BREAKS.has(tag)) mark(CELLS.has(tag) ? ' ' : LINE_BREAK);
      } else if (BORDERS.has(tag)) beginBorder(tag, attributes);
      else if (tag === 'tr') beginRow();
      else beginCell(tag, attributes);
    },
    close(tag: string) {
      if (nested > 0) {
        if (tag === 'table') nested -= 1;
        if (BREAKS.has(tag)) mark(CELLS.has(tag) ? ' ' : LINE_BREAK);
      } else if (CELLS.has(tag)) endCell();
      else if (tag === 'tr') endRow();
      else if (BORDERS.has(tag)) endBorder(tag);
      else if (BREAKS.has(tag)) mark(LINE_BREAK);
    },
    all(): Piece[] {
      endRow();
      return pieces;
    },
  };
}

function span(attributes: Attributes, name: string): number {
  const value = attributes.find((attribute) => attribute.name === name)?.value ?? '';
  return value === '' ? 1 : Number(value);
}

/** By a table's `border`: a width, and a browser takes what is no number for 1. */
function bordered(attributes: Attributes): boolean | null {
  const value = attributes.find(({ name }) => name === 'border')?.value;
  return value === undefined ? null : value === '' || Number(value) > 0;
}
