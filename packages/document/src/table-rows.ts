import { parseFragment, type DefaultTreeAdapterTypes as Tree } from 'parse5';

type Node = Tree.ChildNode;

/**
 * A table's HTML → its rows of cells' texts, as the HTML standard repairs what is unclosed or misplaced. Cells keep their
 * order; spans are not unfolded; a table within a cell is text of that cell. Text outside of cells becomes a row of its
 * own, so nothing read is lost. Walks with a stack of its own: HTML can be nested deeper than functions can.
 */
export function tableRows(html: string): string[][] {
  // Some services escape the quotes of attributes once more: `colspan=\"2\"`.
  const unescaped = html.replaceAll('\\"', '"').replaceAll("\\'", "'");
  const rows: string[][] = [];
  const ahead: Node[] = parseFragment(unescaped).childNodes.toReversed();
  for (let node = ahead.pop(); node !== undefined; node = ahead.pop()) {
    if (node.nodeName === '#text') {
      const text = textOf(node);
      if (text !== '') rows.push([text]);
    } else if (node.nodeName === 'tr') {
      rows.push(childrenOf(node).filter(isCell).map(textOf));
    } else {
      for (const child of childrenOf(node).toReversed()) ahead.push(child);
    }
  }
  return rows;
}

/** Tags that part words without a space in the text. */
const BREAKS = new Set(['br', 'p', 'div', 'li', 'tr', 'td', 'th']);

function textOf(root: Node): string {
  let text = '';
  const ahead: Node[] = [root];
  for (let node = ahead.pop(); node !== undefined; node = ahead.pop()) {
    if (node.nodeName === '#text') text += (node as Tree.TextNode).value;
    if (BREAKS.has(node.nodeName)) text += ' ';
    for (const child of childrenOf(node).toReversed()) ahead.push(child);
  }
  return text.replace(/\s+/g, ' ').trim();
}

function childrenOf(node: Node): Node[] {
  return 'childNodes' in node ? node.childNodes : [];
}

function isCell({ nodeName }: Node): boolean {
  return nodeName === 'td' || nodeName === 'th';
}
