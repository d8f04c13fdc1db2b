import { middleOf } from '../../page.ts';
import type { Piece } from './pieces.ts';

/** Pieces at one height, from the left. */
export interface TextLine {
  readonly pieces: readonly Piece[];
  readonly top: number;
  readonly bottom: number;
}

/** Groups pieces whose middles are at about one height, from the top. */
export function textLines(pieces: readonly Piece[]): TextLine[] {
  const groups: Piece[][] = [];
  for (const piece of [...pieces].sort((a, b) => middleOf(a.box) - middleOf(b.box))) {
    const group = groups.at(-1);
    const isLevel =
      group?.every((other) => Math.abs(middleOf(other.box) - middleOf(piece.box)) < 0.3 * heightOf(piece)) === true;
    if (isLevel) group?.push(piece);
    else groups.push([piece]);
  }
  return groups.map((group) => ({
    pieces: group.sort((a, b) => a.box.left - b.box.left),
    top: Math.min(...group.map(({ box }) => box.top)),
    bottom: Math.max(...group.map(({ box }) => box.bottom)),
  }));
}

export function heightOf({ box }: Piece): number {
  return box.bottom - box.top;
}
