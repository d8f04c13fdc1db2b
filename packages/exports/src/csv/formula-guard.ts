/** The signs that a formula begins with. Excel takes full-width ones as well. */
const SIGN = String.raw`[=+\-@＝＋－＠]`;

/**
 * What a spreadsheet takes for the beginning of a formula, also after blanks and characters that nobody sees, which some
 * readers drop; a tab or a line end at the beginning hides what follows from a look.
 */
const FORMULA = new RegExp(String.raw`^(?:[\s\p{Cf}\x00-\x1f]*${SIGN}|[\t\r\n])`, 'u');

/**
 * What ends a cell, or a row, for programs that part cells by something else than commas, as Excel does where the comma is the
 * decimal sign: to them a quote within a cell quotes nothing.
 */
const SEPARATORS = /([;|\t\n])/;
const SEPARATOR_AT_END = /[;|\t\n]$/;

/** The beginning of a formula behind such a separator, where quotes may vanish as well. */
const FORMULA_WITHIN = new RegExp(String.raw`^["\s\p{Cf}\x00-\x1f]*${SIGN}`, 'u');

/**
 * A number as people write it: a sign, digits in one go or in groups of three, decimals, a percent sign or that of a currency;
 * or in parentheses; with one blank behind it at most. Letters are none of it: `-EUR5` is a cell of a spreadsheet.
 */
const DIGITS = String.raw`(?:\d+|\d{1,3}(?:[.,'’ \u00a0\u202f]\d{3})+)?(?:[.,]\d+)?`;
const BLANK = String.raw`[^\S\t\n]?`;
const SIGNED = String.raw`[+\-]?${BLANK}(?:\p{Sc}${BLANK})?${DIGITS}(?:${BLANK}[%\p{Sc}])?`;
const PLAIN_NUMBER = new RegExp(String.raw`^(?=.*\d) *(?:${SIGNED}|\(${DIGITS}${BLANK}%?\)) ?$`, 'u');
/** Longer is no number that anybody reads. */
const MAX_NUMBER_LENGTH = 40;

/** Dashes alone, as tables have them where there is nothing. */
const DASHES = /^ *[-－]+ ?$/;

/** Whether a spreadsheet that opens a CSV file could take this text for a formula. */
export function looksLikeFormula(text: string): boolean {
  return FORMULA.test(text) && !isPlainNumber(text) && !DASHES.test(text);
}

/**
 * The text with a `'` wherever a spreadsheet could take what follows for a formula: at its beginning, and behind what some
 * spreadsheets end a cell or a row at. Safe only where all cells are quoted: what follows a number or dashes in the same row
 * then begins with a quote, and makes no formula of them. Within a text what follows may be an operator, so that numbers are
 * no exception there. No text ends with a separator: the quote behind it would begin a cell that reaches into the next row,
 * hence a blank.
 */
export function guarded(text: string): string {
  const [first = '', ...others] = text.split(SEPARATORS);
  const within = others.map((part) => (FORMULA_WITHIN.test(part) ? `'${part}` : part));
  return (looksLikeFormula(text) ? "'" : '') + first + within.join('') + (SEPARATOR_AT_END.test(text) ? ' ' : '');
}

function isPlainNumber(text: string): boolean {
  return text.length <= MAX_NUMBER_LENGTH && PLAIN_NUMBER.test(halfWidth(text));
}

/** Full-width letters, digits and signs as those of ASCII. */
function halfWidth(text: string): string {
  return text.replace(/[\uff01-\uff5e]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0));
}
