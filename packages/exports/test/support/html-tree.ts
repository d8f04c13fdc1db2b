import { parse, parseFragment, type DefaultTreeAdapterTypes as Tree } from 'parse5';

interface Element {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly text: string;
}

/** All elements below a piece of HTML in their order, and its text, as a browser has them. */
export function readFragment(html: string) {
  return readTree(parseFragment(html));
}

/** The same of a whole page. */
export function readPage(html: string) {
  const errors: string[] = [];
  return { ...readTree(parse(html, { onParseError: ({ code }) => errors.push(code) })), errors };
}

function readTree(root: Tree.ParentNode) {
  const elements: Element[] = [];
  const textBelow = (node: Tree.Node): string => {
    if (node.nodeName === '#text') return (node as Tree.TextNode).value;
    if (!('childNodes' in node)) return '';
    if (!('tagName' in node)) return node.childNodes.map(textBelow).join('');
    const place = elements.push({ tag: node.tagName, attributes: {}, text: '' }) - 1;
    const text = node.childNodes.map(textBelow).join('');
    const attributes = Object.fromEntries(node.attrs.map(({ name, value }) => [name, value]));
    elements[place] = { tag: node.tagName, attributes, text };
    return text;
  };
  const text = textBelow(root);
  return { elements, text, tags: new Set(elements.map(({ tag }) => tag)) };
}
