declare module 'opentype.js' {
  interface Glyph {
    /** Of the whole em, in units of the font. */
    readonly advanceWidth?: number;
    /** @param size pixels of an em; (x, y) is where its baseline begins */
    getPath(x: number, y: number, size: number): { readonly commands: readonly PathCommand[] };
  }
  /** As in SVG: M, L, C, Q or Z, with what it takes. */
  export interface PathCommand {
    readonly type: string;
    readonly x?: number;
    readonly y?: number;
    readonly x1?: number;
    readonly y1?: number;
    readonly x2?: number;
    readonly y2?: number;
  }
  export interface Font {
    readonly unitsPerEm: number;
    charToGlyphIndex(character: string): number;
    charToGlyph(character: string): Glyph;
  }
  const opentype: { parse(bytes: ArrayBuffer): Font };
  export default opentype;
}

declare module 'edit-distance' {
  interface Distance {
    readonly distance: number;
  }
  /** Zhang and Shasha's tree edit distance. */
  export function ted<Node>(
    from: Node,
    to: Node,
    children: (node: Node) => readonly Node[],
    insert: (node: Node) => number,
    remove: (node: Node) => number,
    update: (from: Node, to: Node) => number,
  ): Distance;
}
