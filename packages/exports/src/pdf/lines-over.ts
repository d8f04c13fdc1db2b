import type { Box } from '@ocrelay/document';
import { isWide } from '../text/is-wide.ts';
import { emsOf } from './character-codes.ts';

/** A line of text and the box that it fills, in pixels of the page. */
export interface PlacedLine {
  readonly text: string;
  readonly box: Box;
}

/**
 * A text spread over a box: in its own lines, or in more where it is too long to have stood in so few, broken where words
 * end and between wide characters. All are of one height and begin at the left; letters are pressed together as far as the
 * longest line needs it, but never drawn out, since readers take what is far apart for other words, or near for the same.
 */
export function linesOver(text: string, box: Box): PlacedLine[] {
  const own = text
    .split('\n')
    .map((line) => line.replace(/\s+/gu, ' ').trim())
    .filter((line) => line !== '');
  const ems = own.reduce((sum, line) => sum + emsOf(line), 0);
  const [x1, y1, x2, y2] = box;
  const likely = Math.round(Math.sqrt((ems * (y2 - y1)) / Math.max(x2 - x1, 1))); // so many make letters as wide as high
  const lines = likely > own.length ? own.flatMap((line) => broken(line, ems / likely)) : own;
  const height = (y2 - y1) / lines.length;
  const widest = lines.reduce((most, line) => Math.max(most, emsOf(line)), 0.5);
  const perEm = Math.min(height, (x2 - x1) / widest);
  return lines.map((line, index) => {
    const right = x1 + perEm * Math.max(0.5, emsOf(line));
    return { text: line, box: [x1, y1 + index * height, right, y1 + (index + 1) * height] };
  });
}

function broken(line: string, maxEms: number): string[] {
  const lines: string[] = [];
  let current = '';
  let ems = 0;
  for (const piece of pieces(line)) {
    const width = emsOf(piece);
    if (current.trim() !== '' && ems + width > maxEms * 1.05) {
      lines.push(current.trim());
      current = '';
      ems = 0;
    }
    current += piece;
    ems += width;
  }
  return current.trim() === '' ? lines : [...lines, current.trim()];
}

/** Words with the blank before them, wide characters each for itself. */
function* pieces(line: string): Generator<string> {
  let word = '';
  for (const character of line) {
    if (word !== '' && (character === ' ' || isWide(character))) {
      yield word;
      word = '';
    }
    word += character;
  }
  if (word !== '') yield word;
}
