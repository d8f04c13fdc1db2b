import { type Currencies, currenciesOf } from './currency.ts';
import { halfWidth, hasDigit } from './half-width.ts';
import { withoutMathSigns } from './math-signs.ts';
import { type Numeral, readNumeral } from './numeral.ts';

/** A cell that is nothing but a number, with what stands around it. */
export interface Amount {
  readonly type: 'number' | 'percent' | 'currency';
  readonly numeral: Numeral;
  /** The numeral's digits and signs. */
  readonly written: string;
  readonly negative: boolean;
  /** What else it may be, as long as its column does not dispel that; null where it is a number for sure. */
  readonly doubt: Doubt | null;
  /** Which it may be; empty where it is no currency. */
  readonly currencies: Currencies;
}

/**
 * `item`: negative in parentheses, and nothing else than those says that it is no item of a list, `(5)`. `phone`: grouped as
 * phone numbers are, `612 345 678`. `long`: ten digits or more that nobody grouped. `month`: one of a year, `10.2025`.
 */
export type Doubt = 'item' | 'phone' | 'long' | 'month';

/** Longer is no number that anybody reads. */
const MAX_LENGTH = 40;
const PARTS =
  /^(?<minus>[+-]?) ?(?<before>[^\d\s.,+()%'-][^\d\s,+()%'-]{0,4})? ?(?<inner>[+-]?) ?(?<numeral>[.,]?\d(?:[\d., ']*\d)?) ?(?<last>-?) ?(?<behind>%|[^\d\s.,+()%'-][^\d\s,+()%'-]{0,4})? ?(?<end>-?)$/u;

/** A cell's text → the number in it, in both readings of its signs; null where it is anything else. */
export function readAmount(text: string): Amount | null {
  if (text.length > MAX_LENGTH || !hasDigit(text)) return null;
  const plain = halfWidth(text).replace(/\s/g, (space) => (space === '\n' ? '\n' : ' '));
  const formula = withoutMathSigns(plain);
  if (formula === null) return readPlain(plain);
  const amount = readPlain(formula);
  return amount?.type === 'currency' ? null : amount;
}

function readPlain(plain: string): Amount | null {
  const bracketed = /^\( ?(.*?) ?\)$/.exec(plain)?.[1];
  const parts = PARTS.exec(bracketed ?? plain)?.groups;
  if (parts === undefined) return null;
  const { minus = '', inner = '', last = '', end = '', before = '', behind = '', numeral: written = '' } = parts;

  const signs = minus + inner + last + end;
  if (signs.length > 1 || (bracketed !== undefined && signs !== '')) return null;
  const numeral = looksLikeMobile(written, signs === '+') ? null : readNumeral(written);
  if (numeral === null) return null;
  const negative = signs === '-' || bracketed !== undefined;
  const isBare = before === '' && behind === '';
  const doubt = isBare && signs === '' ? doubtAbout(written, bracketed !== undefined) : null;
  if (isBare || (before === '' && behind === '%')) {
    const type = isBare ? 'number' : 'percent';
    return { type, numeral, written, negative, doubt, currencies: [] };
  }
  const currencies = currenciesIn(before, behind);
  return currencies === null ? null : { type: 'currency', numeral, written, negative, doubt, currencies };
}

function doubtAbout(written: string, isBracketed: boolean): Doubt | null {
  if (isBracketed && /^\d{1,3}$/.test(written)) return 'item';
  if (/^\d{3}(?: \d{3}){2,}$/.test(written)) return 'phone';
  if (/^\d{10,}$/.test(written)) return 'long';
  return /^(?:[1-9]|1[0-2])\.(?:19\d\d|20\d\d|2100)$/.test(written) ? 'month' : null;
}

/** What both signs may mean, where there are two: `¥100元`. */
function currenciesIn(before: string, behind: string): Currencies | null {
  const known = [before, behind].filter((sign) => sign !== '').map(currenciesOf);
  const [first, second] = known;
  if (first === undefined || first === null || second === null) return null;
  if (second === undefined) return first;
  const shared = first.filter((currency) => second.includes(currency));
  return shared.length === 0 ? null : shared;
}

/** Eleven digits of a Chinese mobile phone: nobody counts so much without grouping. Or a plus as that of `+48 600 123 456`. */
function looksLikeMobile(written: string, hasPlus: boolean): boolean {
  return /^1[3-9]\d{9}$/.test(written) || (hasPlus && (written.includes(' ') || /^\d{8,}$/.test(written)));
}
