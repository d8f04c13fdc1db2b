import { eastAsianWidth } from 'get-east-asian-width';

/** Characters that take no room of their own: accents, joiners, variation selectors. */
const NARROWEST = /[\p{M}\p{Cf}]/u;

/** Whether a character stands in a full square: Chinese, Japanese, Korean, full-width forms, pictographs (Unicode's UAX #11). */
export function isWide(character: string): boolean {
  return eastAsianWidth(character.codePointAt(0) ?? 0) === 2;
}

/** How much room a text takes: a wide character counts 2, others 1, those that join another 0. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += isWide(character) ? 2 : NARROWEST.test(character) ? 0 : 1;
  return width;
}
