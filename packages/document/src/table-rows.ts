import { parseFragment, type DefaultTreeAdapterTypes as Tree } from 'parse5';

type Node = Tree.ChildNode;

/**
 * A table's HTML → its rows of cells' texts, as the HTML standard repairs what is unclosed or misplaced. Cells keep their
 * order; spans are not unfolded. Text outside of cells becomes a row of its own, so nothing read is lost.
 */
export function tableRows(html: string): string[][] {
  // Some services escape the quotes of attributes once more: `colspan=\"2\"`.
  const unescaped = html.replaceAll('\\"', '"').replaceAll("\\'", "'");
  const rows: string[][] = [];
  for (const node of parseFragment(unescaped).childNodes) addRows(node, rows);
  return rows;
}

function addRows(node: Node, rows: string[][]): void {
  if (node.nodeName === '#text') {
    const text = oneLine(textOf(node));
    if (text !== '') rows.push([text]);
  } else if (node.nodeName === 'tr') {
    rows.push(
      childrenOf(node)
        .filter(isCell)
        .map((cell) => oneLine(textOf(cell))),
    );
  } else {
    for (const child of childrenOf(node)) addRows(child, rows);
  }
}

/** Tags that part words without a space in the text. */
const BREAKS = new Set(['br', 'p', 'div', 'li', 'tr', 'td', 'th']);

function textOf(node: Node): string {
  if (node.nodeName === '#text') return (node as Tree.TextNode).value;
  const text = childrenOf(node).map(textOf).join('');
  return BREAKS.has(node.nodeName) ? ` ${text} ` : text;
}

function childrenOf(node: Node): Node[] {
  return 'childNodes' in node ? node.childNodes : [];
}

function isCell({ nodeName }: Node): boolean {
  return nodeName === 'td' || nodeName === 'th';
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
