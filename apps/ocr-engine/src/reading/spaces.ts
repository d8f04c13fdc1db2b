import type { ReadCharacter } from './ctc.ts';

/** A run of empty pixel columns at least this share of the letters' height can be a space between words. */
const LEAST_SPACE = 0.25;
/** ... and this surely is one. */
const SURE_SPACE = 0.34;
/** Beside a 1 and another figure or sign it takes so much more: figures are all as wide, and a 1 leaves much of that empty. */
const BESIDE_ONE = 0.16;
/** Between a Chinese character and a word or number, this share surely is one. */
const SURE_BESIDE_HAN = 0.28;
/** In between it is one when it is this many times as wide as the line's usual gap between letters. */
const TIMES_USUAL = 3;

/** Letters and digits of scripts that part words by spaces, and the signs that stand at the edge of their words. */
const SPACED = /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Nd}!-/:-@[-`{-~€£¥§°·–—•©®™]$/u;

const HAN = /^\p{Script=Han}$/u;
/** So exactly the model tells where a character is, pixels of the line. */
const STEP = 8;

const FIGURE = /^\p{Nd}$/u;
const POINT = /^[.,]$/;
const WORD = /^[\p{Script=Latin}\p{Nd}]$/u;
const LETTER = /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}]$/u;

/**
 * Puts back the spaces between words that the recognition model drops: where the picture shows a gap that is wide for this
 * line. Spaces that the model did read stay; between Chinese characters there are none.
 *
 * @param ink for each pixel column of the line, whether anything is in it
 * @param letterHeight of the line, in the same pixels
 */
export function withSpaces(
  characters: readonly ReadCharacter[],
  ink: readonly boolean[],
  letterHeight: number,
): string {
  const at = characters.map((character) => character.at * ink.length);
  const runs = withoutRead(emptyRuns(ink), characters, at);
  const between = at.map((x, i) => {
    const next = at[i + 1] ?? x;
    return runs.filter(({ middle }) => middle >= x && middle < next).map(({ width }) => width);
  });
  const gaps = between.map((widths) => Math.max(0, ...widths));
  const parting = between.filter((_, i) => partsWords(characters, i));
  const usual = usualGap(parting.flat(), parting.length);
  let text = '';
  for (const [i, character] of characters.entries()) {
    text += character.text;
    const gap = (gaps[i] ?? 0) / letterHeight;
    const more = BESIDE_ONE * onesAt(characters, i);
    const isWide = gap >= SURE_SPACE + more || (gap >= LEAST_SPACE + more && (gaps[i] ?? 0) >= TIMES_USUAL * usual);
    if (partsWords(characters, i) ? isWide : bordersHan(characters, i) && gap >= SURE_BESIDE_HAN + more) text += ' ';
  }
  return text.replace(/ {2,}/g, ' ').trim();
}

/** Whether a space could stand after the character; between a figure and a point or comma there is none. */
function partsWords(characters: readonly ReadCharacter[], i: number): boolean {
  const [a, b] = [characters[i]?.text ?? '', characters[i + 1]?.text ?? ''];
  return SPACED.test(a) && SPACED.test(b) && !(FIGURE.test(a) && POINT.test(b));
}

/** Chinese on one side and a word or number on the other. */
function bordersHan(characters: readonly ReadCharacter[], i: number): boolean {
  const [a, b] = [characters[i]?.text ?? '', characters[i + 1]?.text ?? ''];
  return (HAN.test(a) && WORD.test(b)) || (WORD.test(a) && HAN.test(b));
}

/** How many of two neighbours are a 1, when the other is no letter (or Chinese). */
function onesAt(characters: readonly ReadCharacter[], i: number): number {
  const pair = [characters[i]?.text ?? '', characters[i + 1]?.text ?? ''];
  return pair.some((one) => LETTER.test(one)) ? 0 : pair.filter((one) => one === '1').length;
}

/** A run of pixel columns with nothing in them, between two that have something. */
interface Run {
  readonly middle: number;
  readonly width: number;
}

function emptyRuns(ink: readonly boolean[]): Run[] {
  const runs: Run[] = [];
  let from = ink.indexOf(true) + 1;
  for (let x = from; x < ink.length; x++) {
    if (ink[x] !== true) continue;
    if (x > from) runs.push({ middle: (from + x) / 2, width: x - from });
    from = x + 1;
  }
  return runs;
}

/** The runs but those that are spaces which the model read: for each the widest near it, since such a one may be beyond a letter. */
function withoutRead(runs: readonly Run[], characters: readonly ReadCharacter[], at: readonly number[]): Run[] {
  const left = [...runs];
  for (const [i, { text }] of characters.entries()) {
    if (text !== ' ') continue;
    const [from, to] = [(at[i - 1] ?? 0) - STEP, (at[i + 1] ?? Number.POSITIVE_INFINITY) + STEP];
    const near = left.filter(({ middle }) => middle >= from && middle <= to);
    const widest = near.reduce<Run | null>((best, run) => (best === null || run.width > best.width ? run : best), null);
    if (widest !== null) left.splice(left.indexOf(widest), 1);
  }
  return left;
}

/**
 * The lower median of so many gaps, of which those that are no run of empty columns are 0; at least 1 pixel: letters that touch
 * say nothing about the spaces. Not by letter: where those are is known to some pixels only, so one may be beyond its gap.
 */
function usualGap(widths: readonly number[], count: number): number {
  const sorted = [...widths, ...new Array<number>(Math.max(0, count - widths.length)).fill(0)].sort((a, b) => a - b);
  return Math.max(1, sorted[Math.floor((sorted.length - 1) / 2)] ?? 1);
}
