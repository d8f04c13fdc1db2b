import { type TokenHandler, Tokenizer } from 'parse5';
import { type BareHtml, bareTags } from './bare-tags.ts';
import { type Piece, pieceCollector } from './piece-collector.ts';

export interface TablePieces extends Pick<BareHtml, 'comments' | 'broken'> {
  readonly pieces: readonly Piece[];
}

/**
 * HTML → the tables in it, row by row, and the text around them, in the order of the source, whatever is left unclosed.
 *
 * Goes by the tags as they come and builds no tree: what the standard has a tree repaired to can be a thousand times as
 * large as the HTML, and a hundred kilobytes of it have ended a worker.
 */
export function tablePieces(source: string): TablePieces {
  const { html, comments, broken } = bareTags(source);
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
  new Tokenizer({ sourceCodeLocationInfo: false }, handler).write(html, true);
  return { pieces: pieces.all(), comments, broken };
}

/** Some services escape the quotes of attributes once more: `colspan=\"2\"`. */
export function withoutEscapes(html: string): string {
  return html.replaceAll('\\"', '"').replaceAll("\\'", "'");
}
