import { type TokenHandler, Tokenizer } from 'parse5';
import { bareTags } from './bare-tags.ts';

/**
 * A table's HTML → its rows of cells' texts, whatever is left unclosed. Cells keep their order; spans are not unfolded; a
 * table within a cell is text of that cell. Text outside of cells becomes a row of its own, so nothing read is lost.
 *
 * Goes by the tags as they come and builds no tree: what the standard has a tree repaired to can be a thousand times as
 * large as the HTML, and a hundred kilobytes of it have ended a worker.
 */
export function tableRows(html: string): string[][] {
  // Some services escape the quotes of attributes once more: `colspan=\"2\"`.
  const unescaped = html.replaceAll('\\"', '"').replaceAll("\\'", "'");
  const rows = collectRows();
  const handler: TokenHandler = {
    onStartTag: ({ tagName }) => rows.open(tagName),
    onEndTag: ({ tagName }) => rows.close(tagName),
    onCharacter: ({ chars }) => rows.say(chars),
    onWhitespaceCharacter: ({ chars }) => rows.say(chars),
    onNullCharacter: () => undefined,
    onComment: () => undefined,
    onDoctype: () => undefined,
    onEof: () => undefined,
  };
  new Tokenizer({ sourceCodeLocationInfo: false }, handler).write(bareTags(unescaped), true);
  return rows.all();
}

/** Tags that part words without a space in the text. */
const BREAKS = new Set(['br', 'p', 'div', 'li', 'tr', 'td', 'th']);
/** Tags that no cell and no row reaches across. */
const SECTIONS = new Set(['table', 'thead', 'tbody', 'tfoot', 'caption']);
const CELLS = new Set(['td', 'th']);

function collectRows() {
  const rows: string[][] = [];
  let row: string[] | null = null;
  let cell: string[] | null = null;
  let outside: string[] = [];
  /** How many tables within the cell are open. */
  let nested = 0;

  const endCell = () => {
    if (cell !== null) row?.push(oneLine(cell));
    cell = null;
    nested = 0;
  };
  const endRow = () => {
    endCell();
    row = null;
    endOutside();
  };
  const endOutside = () => {
    const text = oneLine(outside);
    if (text !== '') rows.push([text]);
    outside = [];
  };
  const beginRow = () => {
    endRow();
    row = [];
    rows.push(row);
  };
  const say = (text: string) => {
    (cell ?? outside).push(text);
  };

  return {
    say,
    open(tag: string) {
      if (cell !== null && tag === 'table') nested += 1;
      if (nested > 0 || !(tag === 'tr' || CELLS.has(tag) || SECTIONS.has(tag))) {
        if (BREAKS.has(tag)) say(' ');
        return;
      }
      if (SECTIONS.has(tag)) return endRow();
      if (tag === 'tr') return beginRow();
      endCell();
      if (row === null) beginRow();
      cell = [];
    },
    close(tag: string) {
      if (nested > 0) {
        if (tag === 'table') nested -= 1;
        if (BREAKS.has(tag) || tag === 'table') say(' ');
        return;
      }
      if (CELLS.has(tag)) endCell();
      else if (tag === 'tr' || SECTIONS.has(tag)) endRow();
    },
    all() {
      endRow();
      return rows;
    },
  };
}

function oneLine(parts: readonly string[]): string {
  return parts.join('').replace(/\s+/g, ' ').trim();
}
