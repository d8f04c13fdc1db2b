import { type TokenHandler, Tokenizer } from 'parse5';
import { bareTags } from './bare-tags.ts';
import { type Piece, pieceCollector } from './piece-collector.ts';

export type { Piece };

/**
 * HTML → the tables in it, row by row, and the text around them, in the order of the source, whatever is left unclosed.
 *
 * Goes by the tags as they come and builds no tree: what the standard has a tree repaired to can be a thousand times as
 * large as the HTML, and a hundred kilobytes of it have ended a worker.
 */
export function tablePieces(html: string): Piece[] {
  const pieces = pieceCollector();
  const handler: TokenHandler = {
    onStartTag: ({ tagName, attrs }) => pieces.open(tagName, attrs),
    onEndTag: ({ tagName }) => pieces.close(tagName),
    onCharacter: ({ chars }) => pieces.say(chars),
    onWhitespaceCharacter: ({ chars }) => pieces.say(chars),
    onNullCharacter: () => undefined,
    onComment: () => undefined,
    onDoctype: () => undefined,
    onEof: () => undefined,
  };
  new Tokenizer({ sourceCodeLocationInfo: false }, handler).write(bareTags(html), true);
  return pieces.all();
}

/** Some services escape the quotes of attributes once more: `colspan=\"2\"`. */
export function withoutEscapes(html: string): string {
  return html.replaceAll('\\"', '"').replaceAll("\\'", "'");
}
