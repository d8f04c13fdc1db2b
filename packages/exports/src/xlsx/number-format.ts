import type { CellValue } from '@ocrelay/document';

type Numeric = Extract<CellValue, { value: number }>;

/** Never more decimals than a double has. */
const MAX_DECIMALS = 15;

/**
 * The format that shows a number as its text did: decimals, thousands, the sign of the currency where it stood, parentheses
 * around what is negative, a plus before what is not. `General` where the text does not tell, as for `1.5e3`.
 */
export function numberFormat(text: string, value: Numeric): string {
  const plain = text.normalize('NFKC').trim();
  const decimals = decimalsIn(plain, value.type === 'percent' ? value.value * 100 : value.value);
  if (decimals === null) return value.type === 'percent' ? '0.00%' : 'General';
  const whole = isGrouped(plain, decimals) ? '#,##0' : '0';
  const digits = decimals === 0 ? whole : `${whole}.${'0'.repeat(decimals)}`;
  const format = value.type === 'percent' ? `${digits}%` : value.type === 'currency' ? withSign(plain, digits) : digits;
  if (/^\W*\(/.test(plain) && value.value < 0) return `${format};(${format})`;
  return /^\D*\+/.test(plain) && value.value >= 0 ? `+${format};-${format}` : format;
}

/** How many of the digits are decimals, whichever sign parts them: as many as make the digits the number. Null: none do. */
function decimalsIn(text: string, number: number): number | null {
  const digits = text.replace(/\D/g, '');
  if (digits === '') return null;
  if (Number(digits) === 0) return number === 0 ? (/[.,](\d+)\D*$/.exec(text)?.[1]?.length ?? 0) : null;
  for (let decimals = 0; decimals <= Math.min(digits.length, MAX_DECIMALS); decimals += 1) {
    const scaled = Number(`${digits}e-${decimals}`);
    if (Math.abs(scaled - Math.abs(number)) <= Math.abs(number) * 1e-12) return decimals;
  }
  return null;
}

function isGrouped(text: string, decimals: number): boolean {
  const separators = text.match(/(?<=\d)[.,'’ \u00a0\u202f](?=\d)/g) ?? [];
  return separators.length > (decimals > 0 ? 1 : 0);
}

/** The currency as the text has it, before or behind the digits, a blank between them kept. */
function withSign(text: string, digits: string): string {
  const before = /^\D*/.exec(text)?.[0] ?? '';
  const behind = /\D*$/.exec(text)?.[0] ?? '';
  return literal(signIn(before) + blankAt(/\s$/, before)) + digits + literal(blankAt(/^\s/, behind) + signIn(behind));
}

function signIn(text: string): string {
  return text.replace(/[\s\d()+\-−.,'’"\\]/gu, '').slice(0, 8);
}

function blankAt(end: RegExp, text: string): string {
  return signIn(text) !== '' && end.test(text) ? ' ' : '';
}

/** What a format shows as it is. */
export function literal(text: string): string {
  return text === '' ? '' : `"${text.replaceAll('"', '')}"`;
}
