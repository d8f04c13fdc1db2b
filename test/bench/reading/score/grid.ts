import { type DefaultTreeAdapterTypes, parseFragment } from 'parse5';

/** A block as the engine tells it (jobs protocol, "Result"). */
export interface ReadBlock {
  readonly block_label: string;
  readonly block_content: string;
  readonly block_bbox: readonly [number, number, number, number];
  /** Of a table: an addition to the protocol. */
  readonly cells?: readonly {
    readonly bbox: readonly number[];
    readonly confidence: number;
    readonly borders: string;
  }[];
}

/** A cell of a table as it was read, at its place in the grid, both counted from 0. */
export interface GridCell {
  readonly row: number;
  readonly column: number;
  readonly rowSpan: number;
  readonly columnSpan: number;
  readonly text: string;
}

type Node = DefaultTreeAdapterTypes.Node;
type Element = DefaultTreeAdapterTypes.Element;

/** The cells of a table's HTML, each at the first free place of its row; `<br>` is a line feed. */
export function gridOf(html: string): GridCell[] {
  const taken = new Set<string>();
  return elements(parseFragment(html), ['tr']).flatMap((tr, row) => {
    let column = 0;
    return elements(tr, ['td', 'th']).map((td) => {
      while (taken.has(`${row} ${column}`)) column++;
      const [rowSpan, columnSpan] = [span(td, 'rowspan'), span(td, 'colspan')];
      for (let y = row; y < row + rowSpan; y++)
        for (let x = column; x < column + columnSpan; x++) taken.add(`${y} ${x}`);
      return { row, column, rowSpan, columnSpan, text: textWithin(td).trim() };
    });
  });
}

/** What a block says; of a table a line each line of a cell, in the order of the source. */
export function textOf(block: ReadBlock): string {
  if (block.block_label !== 'table') return block.block_content;
  return gridOf(block.block_content)
    .map((cell) => cell.text)
    .filter((text) => text !== '')
    .join('\n');
}

function elements(node: Node, names: readonly string[]): Element[] {
  if (!('childNodes' in node)) return [];
  return node.childNodes.flatMap((child) => {
    if ('tagName' in child && names.includes(child.tagName)) return [child];
    return elements(child, names);
  });
}

function span(td: Element, name: string): number {
  return Math.max(1, Number(td.attrs.find((attribute) => attribute.name === name)?.value ?? 1));
}

function textWithin(node: Node): string {
  if (node.nodeName === '#text' && 'value' in node) return node.value;
  if (node.nodeName === 'br') return '\n';
  return 'childNodes' in node ? node.childNodes.map(textWithin).join('') : '';
}
