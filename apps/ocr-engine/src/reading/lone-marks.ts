import { marksIn } from './marks-in.ts';
import { medianOf } from './median.ts';
import { type Box, type Line, middleOf, overlap } from './page.ts';

/** Letters are so many times as high as the core that the detection model marks of a line. */
const LETTER = 1.4;
/** So many heights of a letter around a mark are looked at; other text is further away. */
const AROUND = 1.5;
/** A digit is so high and so wide at least and at most, in heights of a letter. */
const LEAST_HEIGHT = 0.6;
const MOST_HEIGHT = 1.7;
const MOST_WIDTH = 1.2;
/** Of a page of dirt not every speck is read. */
const MOST = 50;
/** A single digit has nothing beside it that would tell that it is one, so it must be beyond doubt. */
const SURE = 0.9;

/**
 * Marks of a letter's size that stand alone where the detection model had no more than a hint of text: it overlooks single
 * digits, such as a page's number.
 *
 * @param ink of the page, 1 for each pixel of it; @param lines the cores of the lines that it saw
 */
export function loneMarks(
  ink: Uint8Array,
  width: number,
  height: number,
  hints: readonly Box[],
  lines: readonly Box[],
): Box[] {
  const letter = LETTER * (medianOf(lines.map((core) => core.bottom - core.top)) ?? 0);
  const reach = Math.round(AROUND * letter);
  const found: Box[] = [];
  for (const hint of hints.slice(0, MOST)) {
    const [x, y] = [Math.round((hint.left + hint.right) / 2), Math.round(middleOf(hint))];
    const window = {
      left: Math.max(0, x - reach),
      top: Math.max(0, y - reach),
      right: Math.min(width, x + reach),
      bottom: Math.min(height, y + reach),
    };
    const mark = marksIn(ink, width, window);
    if (mark === null || !isOfLetter(mark, letter) || !isStrictlyIn(mark, window)) continue;
    if (!found.some((other) => overlap(other, mark))) found.push(mark);
  }
  return found;
}

/** Whether what was read of a lone mark is a digit, and surely. */
export function isSureDigit({ text, confidence }: Line): boolean {
  return /^\d{1,2}$/.test(text) && confidence >= SURE;
}

function isOfLetter({ left, top, right, bottom }: Box, letter: number): boolean {
  const height = bottom - top;
  return height >= LEAST_HEIGHT * letter && height <= MOST_HEIGHT * letter && right - left <= MOST_WIDTH * letter;
}

function isStrictlyIn(box: Box, within: Box): boolean {
  return box.left > within.left && box.top > within.top && box.right < within.right && box.bottom < within.bottom;
}
