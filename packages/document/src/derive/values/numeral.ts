/** A number as written: its digits with the decimal sign taken out, and how many of them stood behind it. */
export interface Decimal {
  readonly digits: string;
  readonly places: number;
}

/** What a numeral says where a point, and where a comma is the decimal sign; null where it is no numeral then. */
export interface Numeral {
  readonly point: Decimal | null;
  readonly comma: Decimal | null;
}

/** More are an identifier, and beyond what a double holds exactly. */
const MAX_DIGITS = 15;

/** Digits with decimal and grouping signs → both readings; null where it has none. Without signs both are the same. */
export function readNumeral(text: string): Numeral | null {
  const point = readAs(text, '.', ',');
  const comma = readAs(text, ',', '.');
  return point === null && comma === null ? null : { point, comma };
}

/** The number itself, without the noise of arithmetic. @param shift places that the decimal sign moves left */
export function toNumber({ digits, places }: Decimal, negative: boolean, shift: number): number {
  const value = Number(`${digits}e-${places + shift}`);
  return negative && value !== 0 ? -value : value;
}

function readAs(text: string, decimalSign: string, groupSign: string): Decimal | null {
  const [whole = '', fraction, ...more] = text.split(decimalSign);
  if (more.length > 0 || (fraction !== undefined && !/^\d+$/.test(fraction))) return null;
  const digits = ungrouped(whole, groupSign);
  if (digits === null || (digits === '' && fraction === undefined)) return null;
  if (/^0\d/.test(digits) || looksLikeAddress(text)) return null; // an identifier
  const all = digits + (fraction ?? '');
  return all.length > MAX_DIGITS ? null : { digits: all, places: fraction?.length ?? 0 };
}

/** The digits of a whole number, grouped by threes with one kind of sign, or the Indian way with commas. */
function ungrouped(whole: string, groupSign: string): string | null {
  if (/^\d*$/.test(whole)) return whole;
  for (const sign of [groupSign, ' ', "'"]) {
    const groups = whole.split(sign);
    if (groups.length > 1 && (inThrees(groups) || (sign === ',' && inIndianGroups(groups)))) return groups.join('');
  }
  return null;
}

function inThrees([first = '', ...groups]: string[]): boolean {
  return /^[1-9]\d{0,2}$/.test(first) && groups.every((group) => /^\d{3}$/.test(group));
}

/** `12,34,567` */
function inIndianGroups([first = '', ...groups]: string[]): boolean {
  const last = groups.pop() ?? '';
  const pairs = groups.length > 0 && groups.every((group) => /^\d{2}$/.test(group));
  return pairs && /^[1-9]\d?$/.test(first) && /^\d{3}$/.test(last);
}

/** `192.168.100.200` is an address in a network. */
function looksLikeAddress(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255);
}
