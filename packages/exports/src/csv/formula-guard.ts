/**
 * What a spreadsheet takes for the beginning of a formula, also after blanks and characters that nobody sees, which some
 * readers drop; a tab or a line end at the beginning hides what follows from a look. Excel takes full-width signs as well.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: a control may hide a formula
const FORMULA = /^(?:[\s\p{Cf}\x00-\x1f]*[=+\-@＝＋－＠]|[\t\r\n])/u;

/** A number as people write it: a sign, digits in one go or in groups of three, decimals, a percent sign; or in parentheses. */
const DIGITS = String.raw`(?:\d+|\d{1,3}(?:[.,'’ \u00a0\u202f]\d{3})+)?(?:[.,]\d+)?`;
const PLAIN_NUMBER = new RegExp(String.raw`^(?=.*\d)(?:[+\-＋－]?\s?${DIGITS}\s?%?|\(${DIGITS}\s?%?\))$`, 'u');

/** Dashes alone, as tables have them where there is nothing. */
const DASHES = /^[-－]+$/;

/** Whether a spreadsheet that opens a CSV file could take this text for a formula. */
export function looksLikeFormula(text: string): boolean {
  if (!FORMULA.test(text)) return false;
  const bare = text.replace(/^ +| +$/g, '');
  return !PLAIN_NUMBER.test(bare) && !DASHES.test(bare);
}

/** The text with a `'` before it where a spreadsheet could take it for a formula. */
export function guarded(text: string): string {
  return looksLikeFormula(text) ? `'${text}` : text;
}
